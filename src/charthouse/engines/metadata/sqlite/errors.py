"""What SQLite's error codes mean to a caller."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from charthouse.model.errors import RegistryError, StorageFull, Unavailable

_LOGIC = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_MISMATCH}


def translate(error: sqlite3.Error, path: Path) -> RegistryError | None:
    """Return the refusal that tells a person what is wrong with the file; None for a fault in our code.

    Strangers may read it, so it names the file and not where it lies.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _LOGIC:
        return None
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_space(path)):
        return StorageFull(
            f"no space left for {path.name}: nothing was changed; free some space and try again"
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable(f"{path.name} is locked by another process; try again")
    return Unavailable(
        f"{path.name} cannot be used ({error}): see that the disk is sound and the file is writable"
    )


def _no_space(path: Path) -> bool:
    try:
        state = os.statvfs(path)
    except OSError:
        return False
    return state.f_bavail * state.f_frsize < 1 << 20
