"""Collection: scans find what may go, then each is dropped by a command of its own that looks again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from charthouse.ports.upkeep import Garbage, StoredBlob

from . import commands
from .executor import Executor


class StoredCollection:
    """Collection of what is kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def preview(self, now_ms: int, untagged_before_ms: int) -> Garbage:
        """Return what a whole collection would take now."""
        return await self._content.scan(commands.preview.preview, now_ms, untagged_before_ms)

    async def sweep_history(self, ended_before_ms: int, limit: int) -> int:
        """Forget hidden tags that ended before then."""
        return await self._content.write(commands.collection.sweep_history, ended_before_ms, limit)

    async def sweep_manifests(self, untagged_before_ms: int, limit: int) -> int:
        """Drop unneeded manifests; 0 when none is left."""
        while True:
            stale = await self._content.scan(commands.collection.stale_manifests, untagged_before_ms, limit)
            dropped = await asyncio.gather(
                *(
                    self._content.write(commands.collection.drop_manifest, manifest_id, untagged_before_ms)
                    for manifest_id in stale
                )
            )
            if any(dropped) or not stale:
                return sum(dropped)

    async def sweep_links(self, now_ms: int, limit: int) -> int:
        """Take unneeded blobs from their repositories; 0 when none is left."""
        while True:
            stale = await self._content.scan(commands.collection.stale_links, now_ms, limit)
            dropped = await asyncio.gather(
                *(
                    self._content.write(commands.collection.drop_stale_link, repository_id, blob_id, now_ms)
                    for repository_id, blob_id in stale
                )
            )
            if any(dropped) or not stale:
                return sum(dropped)

    async def sweep_blobs(self, now_ms: int, limit: int) -> Garbage:
        """Forget blobs that no repository holds and doom their objects."""
        stale = await self._content.scan(commands.collection.stale_blobs, now_ms, limit)
        sizes = await asyncio.gather(
            *(self._content.write(commands.collection.drop_blob, blob_id, now_ms) for blob_id in stale)
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
