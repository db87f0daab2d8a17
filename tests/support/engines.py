"""Database servers with tables, started once a session for all tests that run on every engine (a plugin of pytest)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.factory import migrate

from .mariadb import MariadbServer, mariadb_server
from .postgres import PostgresServer, postgres_server

ENGINES = ("sqlite", "postgresql", "mariadb")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL, with a migrated database ``ready`` to be copied."""
    with postgres_server() as server:
        migrate(asyncio.run(server.create_database("ready")))
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    """MariaDB, with a migrated database ``ready`` to be emptied: making tables takes it long."""
    with mariadb_server() as server:
        migrate(asyncio.run(server.create_database("ready")))
        yield server


@pytest.fixture(scope="session")
def sqlite_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of migrated files, to be copied."""
    place = tmp_path_factory.mktemp("sqlite")
    migrate(sqlite_url(place))
    return place


def sqlite_url(place: Path) -> str:
    """Return the URL of the database in a directory."""
    return f"sqlite:///{place}/charthouse.db"


def new_name() -> str:
    """Return a name that no database has yet."""
    return f"test{next(_numbers)}"


async def with_empty_tables(server: PostgresServer | MariadbServer) -> str:
    """Return the URL of a database of empty tables; MariaDB has only one, so one user at a time."""
    if isinstance(server, PostgresServer):
        return await server.create_database(new_name(), "ready")
    names = (*tables.content.tables, *tables.activity.tables)
    emptying = (f"DELETE FROM ready.`{name}`" for name in names)  # noqa: S608 -- our own names
    await server.execute("SET foreign_key_checks = 0", *emptying)
    return server.url("ready")
