"""What an index shows of each repository, brought up to date by what has changed."""

from __future__ import annotations

import asyncio
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import msgspec

from charthouse.ports.charts import ChartEntry, ChartRepository, Charts

from .leaves import Leaves, Shown, mended, shown, touched

AT_ONCE = 8
LARGEST_AT_ONCE = 1024**2
"""Changes, and bytes of text that they touch, up to which leaves are mended on the event loop, within some
milliseconds; more go to a thread."""

READ_AT_ONCE = 1000
"""Entries that are in memory at once as they were written."""

NEVER = 2**62


class RepositoryIndex(msgspec.Struct, frozen=True):
    """What an index shows of a repository at ``stamp``, until ``expires_ms``.

    ``expired`` is when the entries ended that the store still has, by tag: with the stamp it tells the content.
    """

    repository_id: int
    stamp: int = 0
    leaves: Leaves = ()
    expired: Mapping[str, int] = {}
    expires_ms: int = NEVER

    @property
    def memory(self) -> int:
        """Return about how many bytes it takes."""
        return 1000 + sum(leaf.memory for leaf in self.leaves) + 200 * len(self.expired)

    @property
    def expired_ms(self) -> int:
        """Return when the last of its entries ended; 0: none has."""
        return max(self.expired.values(), default=0)


def updated(index: RepositoryIndex, rows: Sequence[ChartEntry], stamp: int, now_ms: int) -> RepositoryIndex:
    """Return the index with what changed since its stamp, and without what has ended."""
    stamp = max([stamp, index.stamp, *(row.stamp for row in rows)])
    expired = dict(index.expired)
    changes: dict[str, Shown | None] = {}
    for row in rows:
        expired.pop(row.tag, None)
        changes[row.tag] = shown(row) if row.entry else None
    _end(index.leaves, changes, now_ms)
    for tag, change in changes.items():
        if change is not None and change.expires_ms is not None and change.expires_ms <= now_ms:
            expired[tag], changes[tag] = change.expires_ms, None
    leaves = mended(index.leaves, changes) if changes else index.leaves
    ends = [leaf.expires_ms for leaf in leaves if leaf.expires_ms is not None]
    return RepositoryIndex(index.repository_id, stamp, leaves, expired, min(ends, default=NEVER))


def _end(leaves: Leaves, changes: dict[str, Shown | None], now_ms: int) -> None:
    """Put entries into ``changes`` whose time has come."""
    for leaf in leaves:
        if leaf.expires_ms is not None and leaf.expires_ms <= now_ms:
            for entry in leaf.entries():
                if entry.expires_ms is not None and entry.expires_ms <= now_ms:
                    changes.setdefault(entry.tag, entry)


class RepositoryIndexes:
    """Indexes of repositories, compressed, at most ``limit`` bytes of them. Used by one thread."""

    def __init__(self, charts: Charts, limit: int) -> None:
        self._charts = charts
        self._limit = limit
        self._kept: OrderedDict[int, RepositoryIndex] = OrderedDict()
        self._memory = 0
        self._locks: weakref.WeakValueDictionary[int, asyncio.Lock] = weakref.WeakValueDictionary()
        self.on_drop: Callable[[], None] = lambda: None
        """Told when an index is dropped for want of room, so that nobody else holds it."""

    @property
    def memory(self) -> int:
        """Return about how many bytes are kept."""
        return self._memory

    async def at(self, found: ChartRepository, now_ms: int) -> RepositoryIndex:
        """Return the index of a repository at the stamp that was found, or a later one."""
        kept = self._kept.get(found.repository_id)
        if kept is not None and kept.stamp >= found.stamp and now_ms < kept.expires_ms:
            self._kept.move_to_end(found.repository_id)
            return kept
        lock = self._locks.setdefault(found.repository_id, asyncio.Lock())
        async with lock:
            index = self._kept.get(found.repository_id) or RepositoryIndex(found.repository_id)
            index = await self._updated(index, found, now_ms)
            self._keep(index)
            return index

    async def _updated(self, index: RepositoryIndex, found: ChartRepository, now_ms: int) -> RepositoryIndex:
        """Bring an index up to date. A new one is asked for twice.

        The first answer lacks what was taken away while it was read, and so would have an older stamp than content.
        """
        new = not index.stamp
        if index.stamp < found.stamp:
            index = await self._caught_up(index, found.stamp, now_ms)
        if new:
            index = await self._caught_up(index, index.stamp, now_ms)
        return index if now_ms < index.expires_ms else await _calmly(index, [], index.stamp, now_ms)

    async def _caught_up(self, index: RepositoryIndex, stamp: int, now_ms: int) -> RepositoryIndex:
        """Return the index with all that changed, read some at a time: uncompressed, entries take much memory."""
        while True:
            rows = await self._charts.entries(index.repository_id, index.stamp, READ_AT_ONCE)
            last = len(rows) < READ_AT_ONCE
            index = await _calmly(index, rows, stamp if last else index.stamp, now_ms)
            if last:
                return index

    def _keep(self, index: RepositoryIndex) -> None:
        before = self._kept.pop(index.repository_id, None)
        self._memory -= before.memory if before is not None else 0
        self._kept[index.repository_id] = index
        self._memory += index.memory
        dropped = False
        while self._memory > self._limit and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._memory -= oldest.memory
            dropped = True
        if dropped:
            self.on_drop()


async def _calmly(
    index: RepositoryIndex, rows: Sequence[ChartEntry], stamp: int, now_ms: int
) -> RepositoryIndex:
    """Update without holding the loop for longer than some milliseconds."""
    size = sum(len(row.entry) for row in rows)
    size += touched(index.leaves, (row.tag for row in rows), now_ms) if len(rows) <= AT_ONCE else 0
    if len(rows) <= AT_ONCE and size <= LARGEST_AT_ONCE:
        return updated(index, rows, stamp, now_ms)
    return await asyncio.to_thread(updated, index, rows, stamp, now_ms)
