"""Every engine that the suite runs on. Servers are started once a session; each test has a database of its own."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.factory import migrate
from tests.support.databases import DatabaseServer
from tests.support.mariadb import MariadbServer, mariadb_server
from tests.support.postgres import PostgresServer, postgres_server

from .harness import Harness, sqlite_url
from .world import World

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


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server(engine: str, request: pytest.FixtureRequest) -> DatabaseServer | None:
    """The engine's server, if it has one."""
    match engine:
        case "postgresql":
            found: DatabaseServer = request.getfixturevalue("postgres")
        case "mariadb":
            found = request.getfixturevalue("mariadb")
        case _:
            return None
    return found


@pytest.fixture
async def empty_url(server: DatabaseServer | None, tmp_path: Path) -> str:
    """A database without tables."""
    if server is None:
        return sqlite_url(tmp_path)
    return await server.create_database(f"test{next(_numbers)}")


@pytest.fixture
async def database_url(server: DatabaseServer | None, sqlite_ready: Path, tmp_path: Path) -> str:
    """A database with empty tables."""
    if server is None:
        shutil.copytree(sqlite_ready, tmp_path, dirs_exist_ok=True)
        return sqlite_url(tmp_path)
    if isinstance(server, PostgresServer):
        return await server.create_database(f"test{next(_numbers)}", "ready")
    names = (*tables.content.tables, *tables.activity.tables)
    emptying = (f"DELETE FROM ready.`{name}`" for name in names)  # noqa: S608 -- our own names
    await server.execute("SET foreign_key_checks = 0", *emptying)
    return server.url("ready")


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[Harness]:
    harness = Harness(database_url)
    await harness.open()
    yield harness
    await harness.close()


@pytest.fixture
def world(harness: Harness) -> World:
    return World(harness)
