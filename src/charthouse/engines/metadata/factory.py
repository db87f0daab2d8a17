"""From a database URL (``DB_URI``) to a metadata store."""

from __future__ import annotations

from pathlib import Path

from charthouse.ports.metadata import Metadata

from .sqlite.store import SqliteMetadata
from .sqlite.store import migrate as migrate_sqlite


def metadata_from_url(url: str) -> Metadata:
    """Return the store that ``url`` names, not opened yet; raises ValueError for a URL that names none."""
    return SqliteMetadata(_sqlite_path(url))


def migrate(url: str) -> None:
    """Make the tables, or bring them up to date; quick when they are. Safe to run from many processes at once.

    Blocks; not to be called on an event loop. Raises Unavailable, or ValueError for a URL that names no store.
    """
    migrate_sqlite(_sqlite_path(url))


def _sqlite_path(url: str) -> Path:
    scheme, separator, rest = url.partition(":///")
    if not separator or scheme != "sqlite":
        raise ValueError(f"{url.partition(':')[0]!r} is no database scheme of the registry: use sqlite")
    if rest in ("", ":memory:") or "?" in rest:
        raise ValueError("the SQLite database is named sqlite:////absolute/path or sqlite:///relative/path")
    return Path(rest)
