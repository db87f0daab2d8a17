"""``DB_CONNECTION_ARGS`` against real servers: TLS is used, certificates are checked, connections are bounded."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import asyncmy.errors
import pytest
from sqlalchemy import make_url, text

from charthouse.compose import Registry, opened, prepare
from charthouse.config.loader import load
from charthouse.config.settings import Settings
from charthouse.engines.keys.authority import Authority
from charthouse.engines.metadata.servers.options import ServerOptions
from charthouse.engines.metadata.servers.store import vendor
from charthouse.model.errors import Unavailable
from tests.support.databases import DatabaseServer
from tests.support.postgres import postgres_server

_ENCRYPTED = {
    "postgresql": "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND datname = 'here'",
    "mysql": "SELECT count(*) FROM information_schema.session_status"
    " WHERE variable_name = 'Ssl_cipher' AND variable_value <> ''",
}


@pytest.fixture
def server(database: DatabaseServer) -> DatabaseServer:
    return database


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """The certificate of an authority that the server's does not come from."""
    return Authority(tmp_path / "stranger").certificate([]).authority


def settings_with(server: DatabaseServer, directory: Path, arguments: str, query: str = "") -> Settings:
    config = directory / "config.yaml"
    config.write_text(
        f"DB_URI: {server.url('here')}{query}\nDATABASE_SECRET_KEY: key\nDB_CONNECTION_ARGS: {arguments}\n"
    )
    return load(data=directory / "data", config=config, environment={})


def verified(server: DatabaseServer, authority: Path) -> str:
    if server.scheme == "postgresql":
        return f"{{sslmode: verify-full, sslrootcert: {authority}}}"
    return f"{{ssl: {{ca: {authority}}}}}"


async def connections(registry: Registry) -> int:
    """Return how many encrypted connections the registry has, as the server counts them (MariaDB: this one)."""
    query = _ENCRYPTED["postgresql" if registry.settings.database.startswith("postgresql") else "mysql"]
    executor = registry.metadata._content  # type: ignore[attr-defined]
    found: int = await executor.read(lambda connection: connection.execute(text(query)).scalar_one())
    return found


async def test_a_verified_connection(server: DatabaseServer, tmp_path: Path) -> None:
    assert server.certificate is not None
    settings = settings_with(server, tmp_path, verified(server, server.certificate.authority))
    await asyncio.to_thread(prepare, settings)
    async with opened(settings) as registry:
        assert await connections(registry) > 0
        await registry.metadata.check()


async def test_a_stranger_in_the_servers_place_is_not_talked_to(
    server: DatabaseServer, stranger: Path, tmp_path: Path
) -> None:
    settings = settings_with(server, tmp_path, verified(server, stranger))
    with pytest.raises(Unavailable, match="does not answer"):
        await asyncio.to_thread(prepare, settings)
    strict = "verify-full" if server.scheme == "postgresql" else ""
    hot = vendor(make_url(server.url("here")), ServerOptions(ca=str(stranger), sslmode=strict))
    with pytest.raises((ssl.SSLError, asyncmy.errors.OperationalError)):
        await hot.channel()


def test_the_words_in_the_url(tmp_path: Path) -> None:
    """libpq's words may stand in DB_URI too; DB_CONNECTION_ARGS win."""

    async def encrypted(arguments: str) -> int:
        async with opened(settings_with(server, tmp_path, arguments, query)) as registry:
            return await connections(registry)

    with postgres_server(tls=True) as server:
        asyncio.run(server.create_database("here"))
        assert server.certificate is not None
        query = f"?sslmode=verify-full&sslrootcert={server.certificate.authority}"
        prepare(settings_with(server, tmp_path, "{}", query))
        assert asyncio.run(encrypted("{}")) > 0
        assert asyncio.run(encrypted("{sslmode: disable}")) == 0


async def test_connections_are_bounded(server: DatabaseServer, tmp_path: Path) -> None:
    settings = settings_with(server, tmp_path, "{max_connections: 4, connect_timeout: 5, stale_timeout: 60}")
    await asyncio.to_thread(prepare, settings)
    async with opened(settings) as registry:
        executor = registry.metadata._content  # type: ignore[attr-defined]
        pools = [engine.pool.size() for engine in (executor._writing, executor._reading)]
        assert sum(pools) == 2
        await asyncio.gather(*(registry.metadata.check() for _ in range(20)))
