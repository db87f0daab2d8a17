"""A real PostgreSQL server of a test session, on a free port of this machine."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from .databases import DatabaseServer, owned_directory, run_as, running

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_USER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # a test may end the server, never the machine
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


class PostgresServer(DatabaseServer):
    """Runs as the user ``postgres``: it refuses to run as root."""

    scheme = "postgresql"
    runs_as = _USER
    end = signal.SIGQUIT
    administrator = _USER

    def command(self) -> list[str]:
        """Return the command that serves in the foreground."""
        chosen = _SETTINGS | {"port": str(self.port)}
        if self.certificate is not None:
            files = {"ssl_cert_file": str(self.certificate.chain), "ssl_key_file": str(self.certificate.key)}
            chosen |= {"ssl": "on", **files}
        settings = [f"--{name}={value}" for name, value in chosen.items()]
        return [str(_PROGRAMS / "postgres"), "-D", str(self.place / "data"), *settings]

    async def execute(self, *statements: str) -> None:
        """Run statements one after another as the administrator."""
        connection = await asyncpg.connect(
            host="127.0.0.1", port=self.port, user=_USER, database="postgres", timeout=5
        )
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database, a copy of ``template``; returns its URL."""
        await self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    async def drop_database(self, url: str) -> None:
        """Drop the database of a URL that ``create_database`` returned, whoever is still connected."""
        await self.execute(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


@contextmanager
def postgres_server(tls: bool = False) -> Iterator[PostgresServer]:
    """Make a cluster and serve it, with ``tls`` encrypted if the client asks; both are gone afterwards."""
    with owned_directory(_USER) as place:
        initdb = [_PROGRAMS / "initdb", "-D", place / "data", "-A", "trust", "-E", "UTF8", "--no-sync"]
        run_as(_USER, [str(part) for part in initdb], place)
        server = PostgresServer(place, tls)
        with running(server):
            yield server
