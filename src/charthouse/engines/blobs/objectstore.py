"""Blobs in an object store: S3 and what speaks its protocol, Azure. One engine; the vendors differ in ``Parts``.

An object is written once, under a name made of random digits. Nothing is listed among the objects before its
upload is complete. Object stores lock nothing: when two requests go on with the same upload, a tag tells every
part from another, so the later commit fails rather than mix them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator

import msgspec

from charthouse.model.digests import Digest, hex_of
from charthouse.model.errors import BlobUnknown, RegistryError, UploadUnknown
from charthouse.ports.blobs import StoredObject

from .bucket import Bucket
from .parts import Missing
from .spooled import Spool, SpooledWriter, State

_KEY = re.compile(r"blobs/[A-Za-z0-9-]{1,128}\.[0-9a-f]{16}")
_GONE = "the bytes of this blob are gone"
_UPLOAD_ID = re.compile(r"[A-Za-z0-9-]{1,128}")


class ObjectStoreBlobs:
    """The engine."""

    minimum_chunk = 0

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def open(self) -> None:
        await self._bucket.disk.run(Spool().close)
        await self._bucket.check()

    async def close(self) -> None:
        self._bucket.close()

    async def check(self) -> None:
        await self._bucket.check()

    async def begin(self, upload_id: str) -> SpooledWriter:
        return SpooledWriter(self._bucket, upload_id, _new_key(upload_id))

    async def resume(self, upload_id: str, state: bytes, offset: int) -> SpooledWriter:
        known = _parse(upload_id, state)
        writer = SpooledWriter(self._bucket, upload_id, _new_key(upload_id), known)
        await writer.load(offset)
        return writer

    async def discard(self, upload_id: str, state: bytes) -> None:
        """Drop what ``state`` names, and all else that the store has under this id."""
        if not _UPLOAD_ID.fullmatch(upload_id):
            return
        parts, run = self._bucket.parts, self._bucket.network.run
        try:
            known = _parse(upload_id, state)
        except UploadUnknown:
            known = State()
        if known.token:
            await run(parts.abort, known.name, known.token)
        async for found in self._bucket.network.iterate(parts.unfinished(f"blobs/{upload_id}.")):
            await run(parts.abort, found.name, found.token)
        async for tail in self._bucket.list(f"uploads/{upload_id}/"):
            await self._bucket.delete(tail.key)

    async def put(self, digest: Digest, data: bytes | bytearray | memoryview) -> str:
        key = _new_key(hex_of(digest))
        await self._bucket.put(key, data)
        return key

    def path(self, key: str) -> str | None:
        return None

    async def link(self, key: str, seconds: int) -> str | None:
        return await self._bucket.link(key, seconds)

    async def read(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if not _KEY.fullmatch(key):
            raise BlobUnknown(_GONE)
        try:
            async for piece in self._bucket.read(key, start, stop):
                yield piece
        except Missing:
            raise BlobUnknown(_GONE) from None

    async def stat(self, key: str) -> StoredObject | None:
        return await self._bucket.stat(key) if _KEY.fullmatch(key) else None

    async def delete(self, key: str) -> None:
        if _KEY.fullmatch(key):
            await self._bucket.delete(key)

    async def quarantine(self, key: str) -> None:
        """Write the object again under another name: S3 copies no more than 5 GB by itself."""
        if await self.stat(key) is None:
            return
        writer = SpooledWriter(self._bucket, "quarantine", key.replace("blobs/", "quarantine/"))
        try:
            async for piece in self.read(key):
                await writer.append(piece, None)
            await writer.commit(Digest(""))
        except RegistryError:
            await writer.abort()
            raise
        await self._bucket.delete(key)

    def objects(self) -> AsyncIterator[StoredObject]:
        return self._bucket.list("blobs/")

    async def uploads(self) -> AsyncIterator[StoredObject]:
        held: dict[str, StoredObject] = {}
        async for found in self._bucket.network.iterate(self._bucket.parts.unfinished("blobs/")):
            _hold(held, found.name.split("/")[1].split(".")[0], found.size, found.started_ms)
        async for tail in self._bucket.list("uploads/"):
            _hold(held, tail.key.split("/")[1], tail.size, tail.modified_ms)
        for upload in held.values():
            yield upload


def _new_key(label: str) -> str:
    return f"blobs/{label}.{secrets.token_hex(8)}"


def _hold(held: dict[str, StoredObject], upload_id: str, size: int, modified_ms: int) -> None:
    """Add one of an upload's pieces to the upload."""
    known = held.get(upload_id, StoredObject(upload_id, 0, 0))
    held[upload_id] = StoredObject(upload_id, known.size + size, max(known.modified_ms, modified_ms))


def _parse(upload_id: str, state: bytes) -> State:
    """Return a state that can be this upload's; raises UploadUnknown."""
    try:
        known = msgspec.json.decode(state, type=State)
    except msgspec.DecodeError:
        raise UploadUnknown("no such upload") from None
    names = {known.tail: f"uploads/{upload_id}/", known.replaced: f"uploads/{upload_id}/"}
    names[known.name] = f"blobs/{upload_id}."
    if not _UPLOAD_ID.fullmatch(upload_id) or not all(
        not name or name.startswith(start) for name, start in names.items()
    ):
        raise UploadUnknown("no such upload")
    return known
