"""How a database server is connected to, beside its URL."""

from __future__ import annotations

import msgspec

_HOT = 2
"""Connections of each process that hot questions have for themselves."""


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Quay's ``DB_CONNECTION_ARGS``, as far as they mean something here."""

    sslmode: str = ""
    """libpq's word (PostgreSQL alone); "" is prefer."""
    ca: str = ""
    """File of the authorities that the server's certificate must come from."""
    connect_timeout: int = 10
    """Seconds that a connection may take."""
    max_connections: int = 12
    """Connections of one process at most, 4 or more."""
    stale_timeout: int | None = None
    """Seconds after which a connection is made anew; None: never."""

    def shares(self) -> tuple[int, int]:
        """Return how many connections commands and questions have; the hot questions' are left out."""
        common = self.max_connections - _HOT
        reading = max(1, common * 2 // 5)
        return common - reading, reading
