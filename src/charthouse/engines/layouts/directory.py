"""A layout in a directory. A file is written aside, synced, and renamed, so it is whole or not there."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

from charthouse.model.errors import InvalidRequest

from .files import copy, pieces, place, refusals, settle


class Directory:
    """See the ports LayoutReader and, when ``writable``, LayoutWriter.

    ``mark`` is the file that tells a directory of this ``kind`` from others.
    """

    def __init__(
        self, path: Path, *, writable: bool, mark: str = "oci-layout", kind: str = "OCI image layout"
    ) -> None:
        self._path = path
        self._writable = writable
        self._mark = mark
        self._kind = kind

    async def open(self) -> None:
        with refusals(self._path):
            if self._writable:
                self._path.mkdir(parents=True, exist_ok=True)
            if (self._path / self._mark).exists() or (self._writable and not any(self._path.iterdir())):
                return
        what = "holds something else: choose an empty directory" if self._writable else "has no such file"
        raise InvalidRequest(f"{self._path} is no {self._kind} ({self._mark}): it {what}")

    async def close(self) -> None:
        """Nothing is held open."""

    async def size(self, name: str) -> int | None:
        with refusals(self._path / name):
            try:
                found = (self._path / name).lstat()
            except FileNotFoundError:
                return None
        if not stat.S_ISREG(found.st_mode):
            raise InvalidRequest(f"{self._path / name} is no regular file")
        return found.st_size

    async def read(self, name: str) -> AsyncIterator[bytes]:
        path = self._path / name
        size = await self.size(name)
        if size is None:
            raise InvalidRequest(f"{path} is not there")
        with refusals(path):
            file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0)
        with file:
            async for piece in pieces(path, file, 0, size):
                yield piece

    async def write(self, name: str, size: int, body: AsyncIterator[bytes]) -> None:
        path = self._path / name
        aside = path.with_name(f".{path.name}.part")
        with refusals(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with aside.open("wb") as file:
                    await copy(name, file, size, body)
                    await asyncio.to_thread(settle, file)
                await asyncio.to_thread(place, aside, path)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise

    async def finish(self) -> None:
        """Each file was made durable when it was written."""
