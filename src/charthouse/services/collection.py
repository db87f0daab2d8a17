"""Collection: takes what nothing needs, online, in small steps beside pushes and pulls.

First the database forgets, then the bytes go: a sweep drops rows and marks their objects in one transaction, and
marked objects are deleted afterwards. A crash between any two steps leaves marks that the next run goes on with.
Nobody is locked out: each step is one short transaction that looks at the facts again, and after each step
collection waits as long as the step took, so that it takes at most half of the database's writes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

from charthouse.ports.blobs import BlobStore
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import Collection, Garbage, Terms

STEP = 50  # rows that one step takes


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """How long what nothing needs is kept all the same, in milliseconds.

    ``grace_ms``: a blob after a HEAD, mount or 201, and a manifest without a tag; ``untagged_ms``: hidden tags and
    untagged manifests of namespaces that have not chosen a time machine; ``upload_ms``: an upload that nobody touches.
    """

    grace_ms: int
    untagged_ms: int
    upload_ms: int

    def terms(self, now_ms: int) -> Terms:
        """Return what a collection at this moment keeps to."""
        return Terms(now_ms, self.untagged_ms, self.grace_ms)


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What a collection took. ``bytes`` are those of ``blobs``; ``objects`` were deleted from the store."""

    tags: int = 0
    manifests: int = 0
    links: int = 0
    blobs: int = 0
    bytes: int = 0
    objects: int = 0

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING = Collected()


class Collector:
    """Runs collections. Any number may run at once, on any replica."""

    def __init__(self, index: Collection, store: BlobStore, clock: Clock, windows: Windows) -> None:
        self._index = index
        self._store = store
        self._clock = clock
        self._windows = windows

    async def preview(self) -> Garbage:
        """Return what ``collect`` would take from the database now."""
        return await self._index.preview(self._terms())

    async def collect(self) -> Collected:
        """Take all that nothing needs; raises Unavailable or StorageFull, and the next run goes on from there.

        What an earlier run marked goes first: a full disk may leave no room for the sweeps.
        """
        objects = await all_of(self.delete_doomed)
        await self.expire()
        tags = await all_of(self.sweep_history)
        manifests = await all_of(self.sweep_manifests)
        links = await all_of(self.sweep_links)
        blobs, size = 0, 0

        async def sweep_blobs() -> int:
            nonlocal blobs, size
            taken = await self.sweep_blobs()
            blobs, size = blobs + taken.blobs, size + taken.bytes
            return taken.blobs

        await all_of(sweep_blobs)
        objects += await all_of(self.delete_doomed)
        return Collected(
            tags=tags, manifests=manifests, links=links, blobs=blobs, bytes=size, objects=objects
        )

    async def expire(self) -> int:
        """Move all tags whose date has come to the history; returns how many."""
        return await all_of(self.expire_tags)

    async def expire_tags(self) -> int:
        """Move some tags whose date has come to the history, where nobody has noticed yet; returns how many."""
        return await self._index.expire_tags(self._clock.now_ms(), STEP)

    async def sweep_history(self) -> int:
        """Forget some hidden tags whose window has ended; returns how many."""
        return await self._index.sweep_history(self._terms(), STEP)

    async def sweep_manifests(self) -> int:
        """Drop some manifests that nothing needs; returns how many."""
        return await self._index.sweep_manifests(self._terms(), STEP)

    def _terms(self) -> Terms:
        return self._windows.terms(self._clock.now_ms())

    async def sweep_links(self) -> int:
        """Take some blobs from repositories that don't need them; returns how many."""
        return await self._index.sweep_links(self._clock.now_ms(), STEP)

    async def sweep_blobs(self) -> Garbage:
        """Forget some blobs that no repository holds, and mark their objects."""
        return await self._index.sweep_blobs(self._clock.now_ms(), STEP)

    async def delete_doomed(self) -> int:
        """Delete some marked objects; returns how many. An object that can't be deleted stays marked."""
        keys = await self._index.doomed(self._clock.now_ms(), STEP)
        if not keys:
            return 0
        ends = await asyncio.gather(*map(self._store.delete, keys), return_exceptions=True)
        deleted = [key for key, end in zip(keys, ends, strict=True) if end is None]
        await self._index.forget_doomed(deleted)
        for end in ends:
            if end is not None:
                raise end
        return len(keys)


async def all_of(step: Callable[[], Awaitable[int]]) -> int:
    """Repeat ``step`` until it takes nothing, leaving as much time as it took to others; returns the sum."""
    total = 0
    while True:
        began = time.monotonic()
        taken = await step()
        if not taken:
            return total
        total += taken
        await asyncio.sleep(time.monotonic() - began)
