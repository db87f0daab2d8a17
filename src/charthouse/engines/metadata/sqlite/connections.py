"""Opening SQLite files the way the registry needs them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from charthouse.model.errors import Unavailable

from .errors import translate


def connect(path: Path, *, query_only: bool, busy_ms: int) -> sqlite3.Connection:
    """Open an existing database in autocommit mode; raises Unavailable when it cannot be used.

    A commit is never inconsistent, and durable once the log is synced (``logsync``). ``query_only`` connections
    refuse every change. ``busy_ms`` is how long SQLite waits for a lock.
    """
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16384")
        connection.execute(f"PRAGMA query_only = {int(query_only)}")
    except sqlite3.Error as error:
        raise translate(error, path) or Unavailable(f"{path.name} cannot be opened: {error}") from error
    return connection
