"""An upload into an object store: bytes are gathered in a file, and leave it as parts of one object.

Memory stays small whatever the part's size, and one part goes out while the next comes in. What is shorter than
a part when a request ends is kept as a small object beside it (the tail), so chunks may have any length.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.errors import RegistryError, UploadUnknown
from charthouse.ports.hashing import Hasher

from .bucket import Bucket
from .disk import disk_errors, write_all
from .parts import Missing, part_size, parts_bytes


class State(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An upload between two requests: plain data. Sizes in bytes."""

    name: str = ""
    """The object that the parts will make; empty while there are none."""
    token: str = ""
    tags: list[str] = []
    tail: str = ""
    """The object that holds what came after the last part; empty when nothing did."""
    tail_size: int = 0
    replaced: str = ""
    """The tail before this one: nobody needs it once this state is resumed."""


class SpooledWriter:
    """An open upload. ``state`` is None for a new one, else what ``suspend`` returned."""

    def __init__(self, bucket: Bucket, upload_id: str, name: str, state: State | None = None) -> None:
        """``name``: what the object will be called, unless ``state`` has parts under another."""
        self._bucket = bucket
        self._tails = f"uploads/{upload_id}/"
        self._resumed = state is not None
        self._state = state or State()
        self._name = self._state.name or name
        self._filling = Spool()
        self._spare = Spool()
        self._sending: asyncio.Task[str] | None = None
        self._changed = False

    async def load(self, offset: int) -> None:
        """Fetch the tail, up to ``offset`` of the upload; raises UploadUnknown when bytes are gone."""
        length = offset - parts_bytes(len(self._state.tags), self._bucket.first_part)
        if not 0 <= length <= self._state.tail_size:
            raise UploadUnknown("bytes of this upload were lost; start it again")
        with _lost():
            if self._state.token and not await self._bucket.network.run(
                self._bucket.parts.exists, self._name, self._state.token
            ):
                raise Missing
            if length:
                async for piece in self._bucket.read(self._state.tail, 0, length):
                    await self._bucket.disk.run(self._take, piece, None)

    async def append(self, data: bytes | bytearray | memoryview, hasher: Hasher | None) -> None:
        """See the port; without a hasher when the bytes are not an upload's."""
        with memoryview(data) as whole:
            start = 0
            while start < len(whole):
                self._changed = True
                number = len(self._state.tags) + (self._sending is not None) + 1
                room = part_size(number, self._bucket.first_part) - self._filling.size
                if room:
                    with whole[start : start + room] as piece:
                        await self._bucket.disk.run(self._take, piece, hasher)
                    start += room
                else:
                    await self._ship()

    async def suspend(self) -> bytes:
        await self._settle()
        if self._changed:
            dead = self._state.replaced
            self._state.replaced, self._state.tail = self._state.tail, ""
            self._state.tail_size = self._filling.size
            if self._filling.size:
                self._state.tail = self._tails + secrets.token_hex(8)
                await self._bucket.network.run(self._store, self._state.tail)
            if dead:
                with suppress(RegistryError):
                    await self._bucket.delete(dead)
        self._close()
        return msgspec.json.encode(self._state)

    async def commit(self, digest: Digest) -> str:
        await self._settle()
        with _lost():
            if self._state.token:
                if self._filling.size:
                    self._state.tags.append(await self._bucket.network.run(self._send, self._filling))
                await self._bucket.network.run(
                    self._bucket.parts.complete, self._name, self._state.token, self._state.tags
                )
            else:
                await self._bucket.network.run(self._store, self._name)
        await self._forget()
        self._close()
        return self._name

    async def abort(self) -> None:
        """Drop everything, as far as the store answers: what is left is listed among the uploads."""
        with suppress(RegistryError):
            await self._settle()
        with suppress(RegistryError):
            if self._state.token:
                await self._bucket.network.run(self._bucket.parts.abort, self._name, self._state.token)
        await self._forget()
        self._close()

    async def _ship(self) -> None:
        """Send the full part on its way, and go on in the other file."""
        await self._settle()
        if not self._state.token:
            self._state.token = await self._bucket.network.run(self._bucket.parts.start, self._name)
            self._state.name = self._name
        self._filling, self._spare = self._spare, self._filling
        self._sending = asyncio.create_task(self._bucket.network.run(self._send, self._spare))

    async def _settle(self) -> None:
        """Wait for the part on its way. When the wait is cancelled, a later one takes it up again."""
        if self._sending is not None:
            with _lost():
                tag = await asyncio.shield(self._sending)
            self._sending = None
            self._state.tags.append(tag)
            self._spare.reset()

    async def _forget(self) -> None:
        if self._resumed:
            with suppress(RegistryError):
                async for tail in self._bucket.list(self._tails):
                    await self._bucket.delete(tail.key)

    def _close(self) -> None:
        self._filling.close()
        self._spare.close()

    # What follows runs in threads.

    def _take(self, data: bytes | memoryview, hasher: Hasher | None) -> None:
        self._filling.add(data)
        if hasher is not None:
            hasher.update(data)

    def _send(self, spool: Spool) -> str:
        number = len(self._state.tags) + 1
        return self._bucket.parts.send(self._name, self._state.token, number, spool.whole(), spool.size)

    def _store(self, name: str) -> None:
        self._bucket.parts.store(name, self._filling.whole(), self._filling.size)


class Spool:
    """A file without a name in the system's temporary directory: gone with the process, whatever ends it."""

    def __init__(self) -> None:
        self.size = 0
        with disk_errors():
            self._file: FileIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as the upload is open

    def add(self, data: bytes | memoryview) -> None:
        """Write ``data`` at the end."""
        with disk_errors():
            write_all(self._file, data)
        self.size += len(data)

    def whole(self) -> FileIO:
        """Return the file, at its start, without what an earlier and larger part left behind its end."""
        self._file.truncate(self.size)
        self._file.seek(0)
        return self._file

    def reset(self) -> None:
        """Begin anew; the file keeps its pages, which is cheaper than new ones."""
        self.size = 0
        self._file.seek(0)

    def close(self) -> None:
        """Drop the file."""
        self._file.close()


@contextmanager
def _lost() -> Iterator[None]:
    """Say what it means to the client that the store no longer has the upload's parts."""
    try:
        yield
    except Missing:
        raise UploadUnknown("this upload was cancelled, or bytes of it were lost; start it again") from None
