"""What the suite knows of an engine beyond its ports: a database of its own, and its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.executor import Executor
from charthouse.engines.metadata.factory import metadata_from_url
from charthouse.model.permissions import Access, Role
from charthouse.ports.metadata import Metadata
from charthouse.ports.reads import BlobRow, ManifestRow

T = TypeVar("T")


class Harness:
    """Two opened stores on one database, as two processes have them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store: Metadata = metadata_from_url(url)
        self.peer: Metadata = metadata_from_url(url)

    async def open(self) -> None:
        await self.store.open()
        await self.peer.open()

    async def close(self) -> None:
        await self.store.close()
        await self.peer.close()

    async def tables(self, function: Callable[[Connection], T]) -> T:
        """Do something to the tables, past the ports."""
        store: Any = self.store
        content: Executor = store._content
        return await content.write(function)

    async def counts(self) -> dict[str, int]:
        """Return how many rows each table of the content group has, the empty ones left out."""

        def count(connection: Connection) -> dict[str, int]:
            return {
                name: rows
                for name, table in tables.content.tables.items()
                if (rows := connection.execute(select(func.count()).select_from(table)).scalar_one())
            }

        return await self.tables(count)


class Reads:
    """The hot questions in one shape, whichever of the two the engine offers."""

    def __init__(self, store: Metadata) -> None:
        self._inline = store.inline
        self._remote = store.remote

    async def access(self, account_id: int, repository: str) -> Access:
        if self._inline is not None:
            return self._inline.access(account_id, repository)
        assert self._remote is not None
        return await self._remote.access(account_id, repository)

    async def manifest(
        self, account_id: int, repository: str, reference: str, now_ms: int = 1_700_000_000_000
    ) -> ManifestRow | None:
        if self._inline is not None:
            access = self._inline.access(account_id, repository)
            if access.role < Role.READ:
                return None
            return self._inline.manifest(access.repository_id, reference, now_ms)
        assert self._remote is not None
        _, head = await self._remote.manifest(account_id, repository, reference, now_ms)
        if head is None:
            return None
        content = await self._remote.content(head.manifest_id)
        assert content is not None
        assert head.size == len(content)
        return ManifestRow(head.manifest_id, head.digest, head.media_type, content)

    async def blob(self, account_id: int, repository: str, digest: str) -> BlobRow | None:
        if self._inline is not None:
            access = self._inline.access(account_id, repository)
            return self._inline.blob(access.repository_id, digest) if access.role >= Role.READ else None
        assert self._remote is not None
        return (await self._remote.blob(account_id, repository, digest))[1]

    async def tags(
        self,
        account_id: int,
        repository: str,
        after: str = "",
        limit: int = 1000,
        now_ms: int = 1_700_000_000_000,
    ) -> list[str]:
        if self._inline is not None:
            access = self._inline.access(account_id, repository)
            if access.role < Role.READ:
                return []
            return self._inline.tags(access.repository_id, after, limit, now_ms)
        assert self._remote is not None
        return (await self._remote.tags(account_id, repository, after, limit, now_ms))[1]
