"""The body of one upload request on its way into the blob store: gathered, hashed, counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from charthouse.model.errors import SizeInvalid, TooLarge
from charthouse.ports.blobs import BlobWriter
from charthouse.ports.hashing import Hasher

PIECE = 256 * 1024  # bytes gathered before a thread writes and hashes them; two a request are in memory

Body = AsyncIterator[bytes]


class Chunk(msgspec.Struct, frozen=True):
    """What a request says of its body.

    ``start``: its first byte (None: wherever the upload ends); ``length``: None when unknown.
    """

    start: int | None = None
    length: int | None = None


class Intake:
    """Writes a body while its next piece comes in. ``size`` is the upload's offset after what was stored."""

    def __init__(self, writer: BlobWriter, hasher: Hasher, offset: int, limit: int) -> None:
        self.writer = writer
        self.hasher = hasher
        self.size = offset
        self.start = offset
        self._limit = limit
        self._pending: asyncio.Task[None] | None = None

    async def take(self, chunk: Chunk, body: Body) -> None:
        """Store and hash the whole body; raises TooLarge, SizeInvalid, or what the store raises.

        Also when it breaks off, ``size`` tells what was stored.
        """
        parts: list[bytes] = []
        gathered = 0
        coming = self.start
        try:
            async for part in body:
                parts.append(part)
                gathered += len(part)
                coming += len(part)
                _refuse_more(chunk, coming - self.start)
                if coming > self._limit:
                    raise TooLarge(f"a blob may have at most {self._limit} bytes")
                if gathered >= PIECE:
                    await self._settle()
                    self._pending = asyncio.create_task(self._store(b"".join(parts)))
                    parts, gathered = [], 0
        finally:
            await asyncio.shield(self._settle())
        if gathered:
            await self._store(b"".join(parts))
        _refuse_other(chunk, self.size - self.start)

    async def _store(self, data: bytes) -> None:
        await self.writer.append(data, self.hasher)
        self.size += len(data)

    async def _settle(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            await pending


async def gather(chunk: Chunk, body: Body) -> bytes:
    """Return a body of known length; raises SizeInvalid, before it takes in more than was announced."""
    parts: list[bytes] = []
    size = 0
    async for part in body:
        size += len(part)
        _refuse_more(chunk, size)
        parts.append(part)
    _refuse_other(chunk, size)
    return b"".join(parts)


def _refuse_more(chunk: Chunk, size: int) -> None:
    """Raise SizeInvalid as soon as more comes than Content-Range announced: it may never end."""
    if chunk.length is not None and size > chunk.length:
        raise SizeInvalid(f"{chunk.length} bytes were announced, more came")


def _refuse_other(chunk: Chunk, size: int) -> None:
    if chunk.length is not None and size != chunk.length:
        raise SizeInvalid(f"{chunk.length} bytes were announced, {size} came")
