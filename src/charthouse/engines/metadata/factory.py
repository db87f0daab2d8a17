"""From a database URL (``DB_URI``) to a metadata store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.ports.metadata import Metadata

from .servers.options import ServerOptions
from .sqlite.store import SqliteMetadata
from .sqlite.store import migrate as migrate_sqlite

if TYPE_CHECKING:
    from sqlalchemy import URL

SERVERS = frozenset(
    {"postgresql", "postgresql+psycopg2", "mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"}
)
"""Schemes of servers; the drivers are what Quay's configurations name, ours take their place."""
_DEFAULT = ServerOptions()


def metadata_from_url(url: str, options: ServerOptions = _DEFAULT) -> Metadata:
    """Return the store that ``url`` names, not opened yet; raises ValueError for a URL that names none.

    ``options`` are for servers.
    """
    if is_server(url):
        from .servers.store import ServerMetadata  # SQLAlchemy's import is not for SQLite's start to wait for

        return ServerMetadata(server_url(url), options)
    return SqliteMetadata(sqlite_path(url))


def migrate(url: str, options: ServerOptions = _DEFAULT) -> None:
    """Make the tables, or bring them up to date; quick when they are. Safe to run from many processes at once.

    Blocks; not to be called on an event loop. Raises Unavailable, or ValueError for a URL that names no store.
    """
    if is_server(url):
        from .servers.store import migrate as migrate_server

        migrate_server(server_url(url), options)
    else:
        migrate_sqlite(sqlite_path(url))


def is_server(url: str) -> bool:
    """Tell whether ``url`` names a server; raises ValueError when it names no database of ours."""
    scheme = url.partition(":")[0]
    if scheme != "sqlite" and scheme not in SERVERS:
        raise ValueError(
            f"{scheme!r} is no database of the registry: DB_URI begins with sqlite, {', '.join(sorted(SERVERS))}"
        )
    return scheme in SERVERS


def sqlite_path(url: str) -> Path:
    """Return the file that a URL of SQLite names; raises ValueError."""
    _, separator, path = url.partition(":///")
    if not separator or path in ("", ":memory:") or "?" in path:
        raise ValueError("a SQLite database is named sqlite:////absolute/path or sqlite:///relative/path")
    return Path(path)


def server_url(url: str) -> URL:
    """Return a server's URL, parsed; raises ValueError."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or not parsed.host or not parsed.database:
        raise ValueError("a database server is named SCHEME://USER:PASSWORD@HOST[:PORT]/DATABASE")
    return parsed
