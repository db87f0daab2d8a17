"""Making and upgrading the two SQLite files."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Set
from pathlib import Path

from charthouse.engines.metadata.schema import HEAD, VERSION_QUERY, upgrade
from charthouse.model.errors import Unavailable

from .connections import connect
from .errors import translate

_PATIENCE_MS = 60_000
"""How long to wait for another process that migrates the same file."""


def version(path: Path) -> str | None:
    """Return the revision that a file has; None when it has none or is not there."""
    if not path.exists():
        return None
    connection = connect(path, query_only=True, busy_ms=1000)
    try:
        found: str = connection.execute(VERSION_QUERY).fetchall()[0][0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return None
        raise translate(error, path) or error from error
    else:
        return found
    finally:
        connection.close()


def migrate_file(path: Path, groups: Set[str]) -> None:
    """Bring a file to HEAD, making it when it is not there. SQLite's write lock keeps others waiting."""
    if version(path) == HEAD:
        return
    # What it holds (password hashes, keys) is for the owner only; SQLite gives its log the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    from .alchemy import wrap

    raw = connect(path, query_only=False, busy_ms=_PATIENCE_MS)
    try:
        raw.execute("PRAGMA journal_mode = WAL")
        with wrap(raw) as connection:
            raw.execute("BEGIN IMMEDIATE")
            with connection.begin():  # which ends what BEGIN IMMEDIATE began
                upgrade(connection, groups)
    except sqlite3.Error as error:
        raise translate(error, path) or error from error
    finally:
        raw.close()


def require_head(path: Path) -> None:
    """Raise Unavailable unless the file's schema is the one that this code needs."""
    found = version(path)
    if found != HEAD:
        raise Unavailable(
            f"the schema of {path} is {found or 'missing'}, this program needs {HEAD}: apply the migrations"
            " (every start of the server does), or use the program's version that made it"
        )
