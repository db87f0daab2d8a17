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
    """The header of one database's WAL index, to be opened after and closed after a connection to it.

    Closing any descriptor of a file drops every POSIX lock that this process has on it, SQLite's too, and another
    process would then take the database for unused and truncate its index. So ours stay open all the while.
    Source: sqlite.org/howtocorrupt.html, section 2.2.
    """

    def __init__(self, database: Path) -> None:
        self._file = Path(f"{database}-shm").open("rb", buffering=0)  # noqa: SIM115 -- see above
        self._map = mmap.mmap(self._file.fileno(), 2 * _HEADER, access=mmap.ACCESS_READ)

    def header(self) -> bytes:
        """Return both copies of the header: the same as before when nothing was committed since."""
        return self._map[: 2 * _HEADER]

    def close(self) -> None:
        """Unmap."""
        self._map.close()
        self._file.close()
