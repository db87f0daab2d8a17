"""Blobs in memory, for tests of what stands on the port; it passes the same contract suite as the engines."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator

from charthouse.model.digests import Digest
from charthouse.model.errors import BlobUnknown, UploadConflict, UploadUnknown
from charthouse.ports.blobs import StoredObject
from charthouse.ports.hashing import Hasher


class MemoryBlobs:
    minimum_chunk = 0

    def __init__(self) -> None:
        self.committed: dict[str, tuple[bytes, int]] = {}
        self.unfinished: dict[str, bytearray] = {}
        self.locked: set[str] = set()
        self.quarantined: dict[str, bytes] = {}

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def check(self) -> None:
        pass

    async def begin(self, upload_id: str) -> MemoryWriter:
        if upload_id in self.locked:
            raise UploadConflict("another request is writing to this upload")
        self.unfinished[upload_id] = bytearray()
        return MemoryWriter(self, upload_id)

    async def resume(self, upload_id: str, state: bytes, offset: int) -> MemoryWriter:
        if upload_id in self.locked:
            raise UploadConflict("another request is writing to this upload")
        if upload_id not in self.unfinished or len(self.unfinished[upload_id]) < offset:
            raise UploadUnknown("no such upload")
        del self.unfinished[upload_id][offset:]
        return MemoryWriter(self, upload_id)

    async def discard(self, upload_id: str, state: bytes) -> None:
        self.unfinished.pop(upload_id, None)

    async def put(self, digest: Digest, data: bytes | bytearray | memoryview) -> str:
        return self.keep(digest, bytes(data))

    def keep(self, digest: Digest, data: bytes) -> str:
        key = f"{digest}.{secrets.token_hex(8)}"
        self.committed[key] = data, time.time_ns() // 1_000_000
        return key

    def path(self, key: str) -> str | None:
        return None

    async def link(self, key: str, seconds: int) -> str | None:
        return None

    async def read(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if key not in self.committed:
            raise BlobUnknown("the bytes of this blob are gone")
        if piece := self.committed[key][0][start:stop]:
            yield piece

    async def stat(self, key: str) -> StoredObject | None:
        if key not in self.committed:
            return None
        data, modified_ms = self.committed[key]
        return StoredObject(key, len(data), modified_ms)

    async def delete(self, key: str) -> None:
        self.committed.pop(key, None)

    async def quarantine(self, key: str) -> None:
        if key in self.committed:
            self.quarantined[key] = self.committed.pop(key)[0]

    async def objects(self) -> AsyncIterator[StoredObject]:
        for key, (data, modified_ms) in list(self.committed.items()):
            yield StoredObject(key, len(data), modified_ms)

    async def uploads(self) -> AsyncIterator[StoredObject]:
        for upload_id, data in list(self.unfinished.items()):
            yield StoredObject(upload_id, len(data), time.time_ns() // 1_000_000)


class MemoryWriter:
    def __init__(self, store: MemoryBlobs, upload_id: str) -> None:
        self._store = store
        self._upload_id = upload_id
        store.locked.add(upload_id)

    async def append(self, data: bytes | bytearray | memoryview, hasher: Hasher) -> None:
        self._store.unfinished[self._upload_id] += data
        hasher.update(data)

    async def suspend(self) -> bytes:
        self._store.locked.discard(self._upload_id)
        return b""

    async def commit(self, digest: Digest) -> str:
        self._store.locked.discard(self._upload_id)
        if self._upload_id not in self._store.unfinished:
            raise UploadUnknown("this upload was cancelled")
        return self._store.keep(digest, bytes(self._store.unfinished.pop(self._upload_id)))

    async def abort(self) -> None:
        self._store.locked.discard(self._upload_id)
        self._store.unfinished.pop(self._upload_id, None)
