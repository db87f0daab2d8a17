"""Every engine that the suite runs on. Servers are started once a session; each test has a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.engines import ENGINES, new_name, sqlite_url, with_empty_tables
from tests.support.mariadb import MariadbServer
from tests.support.postgres import PostgresServer

from .harness import Harness
from .world import World


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server(engine: str, request: pytest.FixtureRequest) -> PostgresServer | MariadbServer | None:
    """The engine's server, if it has one."""
    match engine:
        case "postgresql":
            found: PostgresServer | MariadbServer = request.getfixturevalue("postgres")
        case "mariadb":
            found = request.getfixturevalue("mariadb")
        case _:
            return None
    return found


@pytest.fixture
async def empty_url(server: PostgresServer | MariadbServer | None, tmp_path: Path) -> AsyncIterator[str]:
    """A database without tables."""
    if server is None:
        yield sqlite_url(tmp_path)
        return
    url = await server.create_database(new_name())
    yield url
    await _drop(server, url)


@pytest.fixture
async def database_url(
    server: PostgresServer | MariadbServer | None, sqlite_ready: Path, tmp_path: Path
) -> AsyncIterator[str]:
    """A database with empty tables."""
    if server is None:
        shutil.copytree(sqlite_ready, tmp_path, dirs_exist_ok=True)
        yield sqlite_url(tmp_path)
        return
    url = await with_empty_tables(server)
    yield url
    await _drop(server, url)


async def _drop(server: PostgresServer | MariadbServer, url: str) -> None:
    """Take away a copy of PostgreSQL's template: each has some hundred files, and a run makes thousands of them."""
    if isinstance(server, PostgresServer):
        await server.drop_database(url)


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[Harness]:
    harness = Harness(database_url)
    await harness.open()
    yield harness
    await harness.close()


@pytest.fixture
def world(harness: Harness) -> World:
    return World(harness)
