"""A part of a request's body on its way in: in memory while it is small, else in a file without a name.

Such a file ends with whoever has it open, so nothing is left of a client that leaves, nor of a crash.
"""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from charthouse.model.errors import StorageFull, TooLarge, Unavailable

T = TypeVar("T")

IN_MEMORY = 1024**2
"""Bytes that are gathered before they go to the file."""


class Spool:
    """Takes at most ``limit`` bytes; ``what`` names them in the refusal of more. To be closed."""

    def __init__(self, directory: Path, limit: int, what: str) -> None:
        self._directory = directory
        self._limit = limit
        self._what = what
        self._parts: list[bytes] = []
        self._gathered = 0
        self._file: IO[bytes] | None = None
        self.size = 0

    async def write(self, part: bytes | bytearray) -> None:
        """Add some bytes; raises TooLarge, StorageFull, Unavailable."""
        self.size += len(part)
        if self.size > self._limit:
            raise TooLarge(f"{self._what} may have at most {self._limit} bytes")
        self._parts.append(bytes(part))
        self._gathered += len(part)
        if self._gathered >= IN_MEMORY:
            parts, self._parts, self._gathered = self._parts, [], 0
            await asyncio.to_thread(_on_disk, lambda: self._flush(parts))

    async def content(self) -> bytes:
        """Return everything; nothing may be written afterwards. Raises StorageFull and Unavailable."""
        if self._file is None:
            return b"".join(self._parts)
        return await asyncio.to_thread(_on_disk, self._read)

    def close(self) -> None:
        """Let go of what was taken in."""
        self._parts = []
        if self._file is not None:
            self._file.close()

    def _flush(self, parts: list[bytes]) -> None:
        if self._file is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 -- ``close`` ends it
        self._file.writelines(parts)

    def _read(self) -> bytes:
        assert self._file is not None  # noqa: S101 -- ``content`` asks only then
        self._file.writelines(self._parts)
        self._parts = []
        self._file.seek(0)
        return self._file.read()


def _on_disk(work: Callable[[], T]) -> T:
    """Return what ``work`` does; raises StorageFull and Unavailable for the system's errors."""
    try:
        return work()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("the disk is full: nothing of this upload was kept") from error
        raise Unavailable(f"the disk failed: {error.strerror}") from error
