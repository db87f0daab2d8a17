"""Scrubbing: reads every blob again and sets aside what is no longer what its digest says.

A damaged blob becomes unknown everywhere, so that no client gets its bytes and the next push of it repairs it;
what is left of it is moved out of reach, for inspection. Runs beside pushes and pulls.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections.abc import AsyncIterator, Callable

import msgspec

from charthouse.model.digests import Digest, algorithm_of, hex_of
from charthouse.model.errors import BlobUnknown, RegistryError, Unavailable
from charthouse.ports.blobs import BlobStore
from charthouse.ports.hashing import HasherFactory
from charthouse.ports.upkeep import Collection, StoredBlob

_BATCH = 100
_HOLDERS = 20  # repositories named for one damaged blob
_PATIENCE = 10  # unreadable blobs in a row after which the store is taken to be away


class Reason(enum.StrEnum):
    """What is wrong with a blob. One that could not be read is left where it is; all others are set aside."""

    MISSING = "missing"
    SIZE = "size"
    DIGEST = "digest"
    UNREADABLE = "unreadable"


class Damage(msgspec.Struct, frozen=True):
    """A damaged blob and (at most 20 of) the repositories that hold it."""

    digest: Digest
    reason: Reason
    repositories: list[str]


class Scrubbed(msgspec.Struct, frozen=True):
    """What a scrub read, in blobs and bytes, and what it found."""

    checked: int
    bytes: int
    damaged: list[Damage]


class Scrubber:
    """Reads blobs at ``rate`` bytes per second at most (0: as fast as the store gives them)."""

    def __init__(
        self, index: Collection, store: BlobStore, make_hasher: HasherFactory, rate: int = 0
    ) -> None:
        self._index = index
        self._store = store
        self._make_hasher = make_hasher
        self._rate = rate

    async def scrub(self, progress: Callable[[StoredBlob], None] = lambda _: None) -> Scrubbed:
        """Check every blob; ``progress`` is told each one that was read.

        Raises Unavailable when the database or the store does not answer.
        """
        checked = size = unreadable = 0
        damaged: list[Damage] = []
        async for blob in self._blobs():
            reason = await self._check(blob)
            checked, size = checked + 1, size + blob.size
            unreadable = unreadable + 1 if reason is Reason.UNREADABLE else 0
            if unreadable == _PATIENCE:
                raise Unavailable(f"{_PATIENCE} blobs in a row could not be read: is the storage there?")
            if reason is not None and await self._set_aside(blob, reason):
                repositories = await self._index.holders(blob.blob_id, _HOLDERS)
                damaged.append(Damage(blob.digest, reason, repositories))
            progress(blob)
        return Scrubbed(checked, size, damaged)

    async def _blobs(self) -> AsyncIterator[StoredBlob]:
        after = 0
        while batch := await self._index.blobs(after, _BATCH):
            for blob in batch:
                yield blob
            after = batch[-1].blob_id

    async def _check(self, blob: StoredBlob) -> Reason | None:
        hasher = self._make_hasher(algorithm_of(blob.digest), None)
        size, began = 0, time.monotonic()
        try:
            async for part in self._store.read(blob.key):
                await asyncio.to_thread(hasher.update, part)
                size += len(part)
                if self._rate:
                    await asyncio.sleep(began + size / self._rate - time.monotonic())
        except BlobUnknown:
            return Reason.MISSING
        except RegistryError:
            return Reason.UNREADABLE
        if size != blob.size:
            return Reason.SIZE
        return None if hasher.hexdigest() == hex_of(blob.digest) else Reason.DIGEST

    async def _set_aside(self, blob: StoredBlob, reason: Reason) -> bool:
        """Take a damaged blob out of the registry; False when it was collected or repaired meanwhile."""
        if reason is Reason.UNREADABLE:
            return True
        if not await self._index.quarantine(blob.blob_id, blob.key):
            return False
        await self._store.quarantine(blob.key)
        return True
