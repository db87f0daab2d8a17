"""The database goes away and comes back: told as such meanwhile, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from charthouse.model.digests import digest_of
from tests.support.databases import DatabaseServer
from tests.support.mariadb import mariadb_server
from tests.support.postgres import postgres_server
from tests.support.server import Server, StartServer

from .client import Client, Refused, client_of
from .storm import Ledger, acknowledged, check, push_many

SERVERS: dict[str, Callable[[], AbstractContextManager[DatabaseServer]]] = {
    "postgresql": postgres_server,
    "mariadb": mariadb_server,
}
LOCK_SECONDS = 10


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold SQLite's write lock, as a stuck command or a backup may."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_sqlite_is_locked_for_a_while(start_server: StartServer) -> None:
    """Pushes wait; reads don't."""
    server = await asyncio.to_thread(start_server, "--workers", "2")
    async with client_of(server, server.admin) as client:
        image = await client.push_image("v1", [os.urandom(100)])
        with locked(server.data / "charthouse.db"):
            waiting = asyncio.create_task(client.push_image("v2", [os.urandom(1000)]))
            for _ in range(20):
                started = time.monotonic()
                assert digest_of(await client.manifest("v1")) == image
                assert time.monotonic() - started < 2
                await asyncio.sleep(0.1)
            assert not waiting.done()
        image = await waiting
        assert digest_of(await client.manifest("v2")) == image


@pytest.mark.slow
async def test_sqlite_is_locked_for_long(start_server: StartServer) -> None:
    server = await asyncio.to_thread(start_server, "--workers", "2")
    data = os.urandom(1000)
    async with client_of(server, server.admin) as client:
        await client.push(os.urandom(10))
        with locked(server.data / "charthouse.db"):
            started = time.monotonic()
            with pytest.raises(Refused, match=r"503 UNAVAILABLE: charthouse\.db is locked") as refused:
                await client.push(data)
            assert LOCK_SECONDS - 1 < time.monotonic() - started < LOCK_SECONDS + 10
            assert str(server.data) not in refused.value.message
        assert await client.blob(await client.push(data)) == data


@pytest.fixture(params=["postgresql", pytest.param("mariadb", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    with SERVERS[request.param]() as running:
        yield running


async def test_a_server_database_goes_and_comes_back(
    start_server: StartServer, tmp_path: Path, database: DatabaseServer
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"DB_URI: {await database.create_database('gone')}\n"
        'DATABASE_SECRET_KEY: "0123456789012345678901234567890123456789"\n'
        "FEATURE_USER_INITIALIZE: true\n"
    )
    flags = ("--config", str(config), "--workers", "2")
    server = await asyncio.to_thread(start_server, *flags)
    processes = server.server_processes()
    admin, ledger = server.admin, Ledger()
    async with client_of(server, admin) as client:
        pushing = asyncio.create_task(push_many(server, admin, ledger, 16, "storm", stay=8))
        await acknowledged(ledger, 16)
        await asyncio.to_thread(database.stop)
        await _unavailable(server, client)
        await asyncio.to_thread(database.start)
        await client.push(b"at once")
    await acknowledged(ledger, ledger.count + 16)
    await pushing
    await check(server, admin, ledger)
    assert server.server_processes() == processes


async def _unavailable(server: Server, client: Client) -> None:
    for attempt in (client.push(os.urandom(1000)), client.manifest("none"), client.blob(digest_of(b"none"))):
        started = time.monotonic()
        with pytest.raises(Refused, match="503 UNAVAILABLE"):
            await attempt
        assert time.monotonic() - started < 10
    assert (await asyncio.to_thread(server.request, "GET", "/livez")).status == 200
    assert (await asyncio.to_thread(server.request, "GET", "/readyz")).status == 503
