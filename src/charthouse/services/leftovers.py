"""Leftovers: what pushes that never ended left in the blob store, and sessions that nobody goes on with.

Three kinds: upload sessions untouched for too long; bytes of uploads that have no session any more; and orphans,
objects that no blob of the database uses (a crash between bytes and link). The store is listed for the last two,
so this runs seldom.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from charthouse.ports.blobs import BlobStore, StoredObject
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import Collection
from charthouse.ports.uploads import Upload, Uploads
from charthouse.services.collection import Windows

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_BATCH = 500


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in the store for nothing: bytes of abandoned ``uploads``, and ``orphans``."""

    uploads: int = 0
    upload_bytes: int = 0
    orphans: int = 0
    orphan_bytes: int = 0


class Leftovers:
    """Finds leftovers and takes them. Any number may run at once, on any replica."""

    def __init__(
        self,
        index: Collection,
        store: BlobStore,
        sessions: Uploads,
        clock: Clock,
        windows: Windows,
    ) -> None:
        self._index = index
        self._store = store
        self._sessions = sessions
        self._clock = clock
        self._windows = windows

    async def expire_uploads(self) -> Left:
        """Drop the sessions that nobody has touched for too long, with their bytes."""
        uploads = upload_bytes = 0
        while batch := await self._stale():
            for session in batch:
                # The session first: whoever still writes must fail to advance, not find the bytes gone.
                await self._sessions.remove(session.upload_id)
                await self._store.discard(session.upload_id, session.store_state)
                uploads, upload_bytes = uploads + 1, upload_bytes + session.offset
        return Left(uploads=uploads, upload_bytes=upload_bytes)

    async def tidy(self) -> Left:
        """Drop the bytes of abandoned uploads and mark orphans, which collection deletes once they are due.

        An orphan may belong to a push that is about to link it, whatever its age says (S3 dates a multipart
        object by when its upload began): it goes only if it is still one when the grace period and an hour
        have passed.
        """
        uploads = upload_bytes = 0
        async for upload in self._abandoned():
            await self._store.discard(upload.key, b"")
            uploads, upload_bytes = uploads + 1, upload_bytes + upload.size
        orphans = orphan_bytes = 0
        async for batch in self._orphans():
            due_ms = self._clock.now_ms() + self._safe_ms
            await self._index.doom([orphan.key for orphan in batch], due_ms)
            orphans += len(batch)
            orphan_bytes += sum(orphan.size for orphan in batch)
        return Left(uploads=uploads, upload_bytes=upload_bytes, orphans=orphans, orphan_bytes=orphan_bytes)

    async def preview(self) -> Left:
        """Return what both would take now, with the orphans that are marked and not deleted yet."""
        abandoned = [upload.size async for upload in self._abandoned()]
        abandoned += [session.offset for session in await self._stale()]
        orphans = [orphan.size async for batch in self._orphans() for orphan in batch]
        return Left(
            uploads=len(abandoned),
            upload_bytes=sum(abandoned),
            orphans=len(orphans),
            orphan_bytes=sum(orphans),
        )

    @property
    def _safe_ms(self) -> int:
        return self._windows.grace_ms + _HOUR_MS

    async def _stale(self) -> list[Upload]:
        return await self._sessions.stale(self._clock.now_ms() - self._windows.upload_ms, _BATCH)

    async def _abandoned(self) -> AsyncIterator[StoredObject]:
        """Yield what uploads without a session hold; a push in one request has none while it lasts.

        A day at least, since an object store tells only when an upload began.
        """
        before_ms = self._clock.now_ms() - max(self._windows.upload_ms, _DAY_MS)
        async for upload in self._store.uploads():
            if upload.modified_ms < before_ms and await self._sessions.get(upload.key) is None:
                yield upload

    async def _orphans(self) -> AsyncIterator[list[StoredObject]]:
        before_ms = self._clock.now_ms() - self._safe_ms
        batch: list[StoredObject] = []
        async for item in self._store.objects():
            if item.modified_ms < before_ms:
                batch.append(item)
            if len(batch) == _BATCH:
                yield await self._unused(batch)
                batch = []
        if batch:
            yield await self._unused(batch)

    async def _unused(self, batch: list[StoredObject]) -> list[StoredObject]:
        unused = set(await self._index.unknown_keys([item.key for item in batch]))
        return [item for item in batch if item.key in unused]
