"""A real MariaDB server of a test session, on a free port of this machine."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import asyncmy

from .databases import DatabaseServer, owned_directory, run_as, running

_USER = "mysql"
_SETTINGS = {
    "bind-address": "127.0.0.1",
    "innodb-flush-log-at-trx-commit": "2",  # a test may end the server, never the machine
    "innodb-buffer-pool-size": "64M",
    "innodb-log-file-size": "32M",
    "sync-binlog": "0",
    "character-set-server": "utf8mb4",
    "max-connections": "200",
}


class MariadbServer(DatabaseServer):
    """Runs as the user ``mysql``."""

    scheme = "mysql"
    runs_as = _USER
    end = signal.SIGKILL
    administrator = "root"

    def command(self) -> list[str]:
        """Return the command that serves in the foreground."""
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        if self.certificate is not None:
            settings += [f"--ssl-cert={self.certificate.chain}", f"--ssl-key={self.certificate.key}"]
        own = [f"--port={self.port}", f"--socket={self.place}/socket", f"--pid-file={self.place}/pid"]
        return ["mariadbd", "--no-defaults", f"--datadir={self.place}/data", *own, *settings]

    async def execute(self, *statements: str) -> None:
        """Run statements one after another as the administrator."""
        async with (
            asyncmy.connect(
                host="127.0.0.1", port=self.port, user=self.administrator, connect_timeout=5, autocommit=True
            ) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                await cursor.execute(statement)

    async def create_database(self, name: str) -> str:
        """Make an empty database; returns its URL."""
        await self.execute(f"CREATE DATABASE `{name}`")
        return self.url(name)


@contextmanager
def mariadb_server(tls: bool = False) -> Iterator[MariadbServer]:
    """Make a data directory and serve it, with ``tls`` encrypted if the client asks; both are gone afterwards."""
    with owned_directory(_USER) as place:
        command = [
            "mariadb-install-db",
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            f"--datadir={place}/data",
        ]
        run_as(_USER, command, place)
        server = MariadbServer(place, tls)
        with running(server):
            yield server
