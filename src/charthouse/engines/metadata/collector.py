"""Collection: scans find what may go, then each is dropped by a command of its own that looks again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterable, Sequence

from charthouse.ports.upkeep import Garbage, StoredBlob, Terms

from . import commands
from .executor import Executor, T

_AT_ONCE = 4
"""Drops on their way at a time: the connections, and the writer, are there for people first."""


class StoredCollection:
    """Collection of what is kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def preview(self, terms: Terms) -> Garbage:
        """Return what a whole collection would take now."""
        return await self._content.scan(commands.preview.preview, terms)

    async def expire_tags(self, now_ms: int, limit: int) -> int:
        """Move tags whose date has come to the history; 0 when none is left."""
        expire, find = commands.tags.expire, commands.tags.due
        while due := await self._content.scan(find, now_ms, limit):
            moved = await _few_at_once(
                self._content.write(expire, repository_id, name, now_ms) for repository_id, name in due
            )
            if any(moved):
                return sum(moved)
        return 0

    async def sweep_history(self, terms: Terms, limit: int) -> int:
        """Forget hidden tags that no time machine reaches any more."""
        return await self._content.write(commands.collection.sweep_history, terms, limit)

    async def sweep_manifests(self, terms: Terms, limit: int) -> int:
        """Drop unneeded manifests; 0 when none is left."""
        drop, find = commands.collection.drop_manifest, commands.collection.stale_manifests
        while stale := await self._content.scan(find, terms, limit):
            dropped = await _few_at_once(
                self._content.write(drop, manifest_id, terms) for manifest_id in stale
            )
            if any(dropped):
                return sum(dropped)
        return 0

    async def sweep_links(self, now_ms: int, limit: int) -> int:
        """Take unneeded blobs from their repositories; 0 when none is left."""
        drop, find = commands.collection.drop_stale_link, commands.collection.stale_links
        while stale := await self._content.scan(find, now_ms, limit):
            dropped = await _few_at_once(
                self._content.write(drop, repository_id, blob_id, now_ms) for repository_id, blob_id in stale
            )
            if any(dropped):
                return sum(dropped)
        return 0

    async def sweep_blobs(self, now_ms: int, limit: int) -> Garbage:
        """Forget blobs that no repository holds and doom their objects."""
        stale = await self._content.scan(commands.collection.stale_blobs, now_ms, limit)
        sizes = await _few_at_once(
            self._content.write(commands.collection.drop_blob, blob_id, now_ms) for blob_id in stale
        )
        dropped = [size for size in sizes if size is not None]
        return Garbage(blobs=len(dropped), bytes=sum(dropped))

    async def doom(self, keys: Sequence[str], due_ms: int) -> None:
        """Mark unused objects for deletion from then on."""
        await self._content.write(commands.collection.doom, keys, due_ms)

    async def doomed(self, now_ms: int, limit: int) -> list[str]:
        """Return keys marked for deletion whose time has come."""
        return await self._content.read(commands.collection.doomed, now_ms, limit)

    async def forget_doomed(self, keys: Sequence[str]) -> None:
        """Unmark objects that are deleted now."""
        await self._content.write(commands.collection.forget_doomed, keys)

    async def unknown_keys(self, keys: Sequence[str]) -> list[str]:
        """Return those keys that no blob uses."""
        return await self._content.scan(commands.collection.unknown_keys, keys)

    async def blobs(self, after_id: int, limit: int) -> list[StoredBlob]:
        """Return blobs in order of id."""
        return await self._content.scan(commands.collection.blobs, after_id, limit)

    async def quarantine(self, blob_id: int, key: str) -> bool:
        """Make a blob unknown everywhere until it is pushed again."""
        return await self._content.write(commands.blobs.quarantine, blob_id, key)

    async def holders(self, blob_id: int, limit: int) -> list[str]:
        """Return names of repositories that hold a blob."""
        return await self._content.scan(commands.collection.holders, blob_id, limit)


async def _few_at_once(drops: Iterable[Awaitable[T]]) -> list[T]:
    """Await all, ``_AT_ONCE`` at a time, and return their results in order."""
    waiting, results = iter(drops), list[T]()
    while batch := list(itertools.islice(waiting, _AT_ONCE)):
        results += await asyncio.gather(*batch)
    return results
