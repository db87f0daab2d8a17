"""The metadata store on a database server."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from charthouse.engines.metadata.schema import GROUPS, HEAD, VERSION_QUERY, upgrade
from charthouse.engines.metadata.tables_store import TablesStore
from charthouse.model.errors import Unavailable
from charthouse.ports.reads import InlineReads, RemoteReads

from .batcher import Batcher, Channel
from .errors import Failure, classify, refusal
from .executor import ServerExecutor
from .mariadb import Mariadb
from .options import ServerOptions
from .postgres import Postgres
from .reads import BatchedReads


class Vendor(Protocol):
    """What is a server's own about a store."""

    def engine(self, isolation: str, **options: Any) -> AsyncEngine:
        """Return an engine; ``options`` are create_async_engine's."""

    async def channel(self) -> Channel:
        """Connect for hot questions."""

    def lock_schema(self, connection: Connection) -> None:
        """Keep other migrations waiting until this one has ended."""


def vendor(url: URL, options: ServerOptions) -> Vendor:
    """Return who serves ``url``."""
    kind = Postgres if url.get_backend_name() == "postgresql" else Mariadb
    return kind(url, options)


class ServerMetadata(TablesStore):
    """Metadata in a PostgreSQL or MariaDB database."""

    def __init__(self, url: URL, options: ServerOptions) -> None:
        server = vendor(url, options)
        writing, reading = options.shares()
        pool: dict[str, Any] = {"max_overflow": 0, "pool_timeout": 10}
        if options.stale_timeout is not None:
            pool["pool_recycle"] = options.stale_timeout
        self._content = ServerExecutor(
            server.engine("READ COMMITTED", pool_size=writing, **pool),
            server.engine("AUTOCOMMIT", pool_size=reading, pool_reset_on_return=None, **pool),
        )
        super().__init__(self._content, self._content)
        self._batcher = Batcher(server.channel)
        self.inline: InlineReads | None = None
        self.remote: RemoteReads | None = BatchedReads(self._batcher)

    async def open(self) -> None:
        """Connect; raises Unavailable when the server does not answer or the schema is not this code's."""
        found = await self._content.read(schema_version)
        if found != HEAD:
            raise Unavailable(
                f"the schema of the database is {found or 'missing'}, this program needs {HEAD}: apply the"
                " migrations (every start of the server does), or use the program's version that made it"
            )
        await self._batcher.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._batcher.close()
        await self._content.close()

    async def check(self) -> None:
        """Ask the server for a sign of life; raises Unavailable."""
        await self._content.read(schema_version)


def migrate(url: URL, options: ServerOptions) -> None:
    """Make or upgrade the tables. Blocks, and runs an event loop of its own."""
    asyncio.run(_migrate(vendor(url, options)))


async def _migrate(server: Vendor) -> None:
    writing = server.engine("READ COMMITTED", poolclass=NullPool)
    executor = ServerExecutor(writing, server.engine("AUTOCOMMIT", poolclass=NullPool))
    try:
        if await executor.read(schema_version) == HEAD:
            return
        async with writing.begin() as connection:
            await connection.run_sync(server.lock_schema)
            await connection.run_sync(upgrade, GROUPS)
    except Exception as error:
        raise refusal(classify(error), error) or error from error
    finally:
        await executor.close()


def schema_version(connection: Connection) -> str | None:
    """Return the revision of the schema; None when there are no tables, or another process is making them."""
    try:
        version: str | None = connection.execute(text(VERSION_QUERY)).scalar()
    except DBAPIError as error:
        if classify(error) is not Failure.FAULT:
            raise
        return None
    return version
