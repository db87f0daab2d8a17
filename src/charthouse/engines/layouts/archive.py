"""A layout in one tar file, written as a stream and read in place: nothing is unpacked.

Source: POSIX.1-2001 (pax) by Python's ``tarfile``. An archive from elsewhere is only looked into, so names in it
lead nowhere; those that would on unpacking (links, ``..``, absolute ones) are refused all the same, as are names
that stand twice, which two programs could read as two different contents.
"""

from __future__ import annotations

import asyncio
import tarfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from charthouse.model.errors import InvalidRequest

from .files import copy, pieces, place, refusals, settle

_BLOCK = tarfile.BLOCKSIZE


class _Member(NamedTuple):
    offset: int
    size: int


class ArchiveReader:
    """See the port LayoutReader."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._members: dict[str, _Member] = {}
        self._file: BinaryIO | None = None

    async def open(self) -> None:
        with refusals(self._path):
            self._file = await asyncio.to_thread(self._path.open, "rb", 0)
        self._members = await asyncio.to_thread(_members, self._path)

    async def close(self) -> None:
        if self._file is not None:
            self._file.close()

    async def size(self, name: str) -> int | None:
        member = self._members.get(name)
        return None if member is None else member.size

    async def read(self, name: str) -> AsyncIterator[bytes]:
        member = self._members.get(name)
        if member is None or self._file is None:
            raise InvalidRequest(f"{self._path} holds no {name}")
        async for piece in pieces(self._path, self._file, member.offset, member.size):
            yield piece


class ArchiveWriter:
    """See the port LayoutWriter."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path.with_name(f".{path.name}.part")
        self._file: BinaryIO | None = None

    async def open(self) -> None:
        with refusals(self._path):
            if self._path.exists():
                raise InvalidRequest(f"{self._path} exists already: remove it or choose another name")
            self._file = self._aside.open("wb")

    async def close(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what could not be written is dropped anyway
                self._file.close()
            self._aside.unlink(missing_ok=True)

    async def size(self, name: str) -> int | None:
        return None

    async def read(self, name: str) -> AsyncIterator[bytes]:
        raise InvalidRequest(f"{self._path} is being written: {name} cannot be read")
        yield b""

    async def write(self, name: str, size: int, body: AsyncIterator[bytes]) -> None:
        file = self._open_file()
        header = tarfile.TarInfo(name)
        header.size = size
        with refusals(self._path):
            file.write(header.tobuf(tarfile.PAX_FORMAT))
            await copy(name, file, size, body)
            file.write(bytes(-size % _BLOCK))

    async def finish(self) -> None:
        file = self._open_file()
        with refusals(self._path):
            file.write(bytes(2 * _BLOCK))
            await asyncio.to_thread(settle, file)
            await asyncio.to_thread(place, self._aside, self._path)

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise InvalidRequest(f"{self._path} is not open")
        return self._file


def _members(path: Path) -> dict[str, _Member]:
    """Return where each file of an archive lies; raises InvalidRequest."""
    found: dict[str, _Member] = {}
    try:
        with refusals(path), tarfile.open(path, "r:") as archive:
            for member in archive:
                name = _safe_name(path, member)
                if member.isdir():
                    continue
                if name in found:
                    raise InvalidRequest(f"{path} holds {name} twice")
                found[name] = _Member(member.offset_data, member.size)
    except tarfile.TarError as error:
        raise InvalidRequest(f"{path} is no plain tar file ({error}): decompress it first") from None
    return found


def _safe_name(path: Path, member: tarfile.TarInfo) -> str:
    plain = member.isdir() or (member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse())
    name = PurePosixPath(member.name)
    if not plain or name.is_absolute() or ".." in name.parts:
        raise InvalidRequest(f"{path} is refused: {member.name!r} is a link, a device, or points outside")
    return str(name)
