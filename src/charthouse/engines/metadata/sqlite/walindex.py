"""Has anything been committed to a SQLite file in WAL mode? Asked of the shared memory, in a tenth of a microsecond.

``PRAGMA data_version`` answers the same in 2.7 µs, a tenth of what a whole manifest read costs. SQLite writes
the header of the WAL index (bytes 0 to 47 of the ``-shm`` file, and a second copy after it) anew with every
commit and every restart of the log, before the commit returns. So an unchanged header proves that nothing was
committed; a changed one says: ask properly. Source: sqlite.org/walformat.html, "The WAL-Index Header".
"""

from __future__ import annotations

import mmap
from pathlib import Path

_HEADER = 48


class WalIndex:
    """The header of one database's WAL index. An open connection must keep the ``-shm`` file alive."""

    def __init__(self, database: Path) -> None:
        with Path(f"{database}-shm").open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 2 * _HEADER, access=mmap.ACCESS_READ)
        self._last = b""

    def changed(self) -> bool:
        """Tell whether the header differs from the last time this was asked."""
        header = self._map[: 2 * _HEADER]
        if header == self._last:
            return False
        self._last = header
        return True

    def close(self) -> None:
        """Unmap."""
        self._map.close()
