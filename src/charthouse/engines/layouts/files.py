"""What both kinds of layout do with files: read in pieces, write durably, name what is wrong."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from charthouse.model.errors import InvalidRequest, StorageFull

_PIECE = 1024 * 1024


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn the system's errors into refusals that name ``path``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"no space left for {path}") from error
        raise InvalidRequest(f"{path}: {error.strerror or error}") from error


async def pieces(path: Path, file: BinaryIO, start: int, size: int) -> AsyncIterator[bytes]:
    """Yield ``size`` bytes of ``file`` from ``start`` on; raises InvalidRequest when it ends before."""
    stop = start + size
    while start < stop:
        with refusals(path):
            piece = await asyncio.to_thread(os.pread, file.fileno(), min(_PIECE, stop - start), start)
        if not piece:
            raise InvalidRequest(f"{path} ends in the middle: it is damaged, or was changed meanwhile")
        start += len(piece)
        yield piece


async def copy(name: str, file: BinaryIO, size: int, body: AsyncIterator[bytes]) -> None:
    """Append ``body`` to ``file``; raises InvalidRequest unless it has ``size`` bytes."""
    left = size
    async for part in body:
        left -= len(part)
        await asyncio.to_thread(file.write, part)
    if left:
        raise InvalidRequest(f"{name} should have {size} bytes, {size - left} came")


def settle(file: BinaryIO) -> None:
    """Make the bytes of an open file durable."""
    file.flush()
    os.fsync(file.fileno())


def place(aside: Path, path: Path) -> None:
    """Rename a settled file to its name, durably."""
    aside.rename(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
