"""How often tags and manifests were pulled, and when last."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from charthouse.model.digests import Digest
from charthouse.ports.content import PullLog
from charthouse.services.access.permits import RepositoryPermit

from .pulls import PullCounter
from .reader import Reader
from .tags import TagService


class Pulls(msgspec.Struct, frozen=True):
    """``last_ms`` None: never."""

    count: int
    last_ms: int | None


class PullStatistics:
    """Reads what ``PullCounter`` has counted."""

    def __init__(self, log: PullLog, counter: PullCounter, reader: Reader, tags: TagService) -> None:
        self._log = log
        self._counter = counter
        self._reader = reader
        self._tags = tags

    async def of_tag(self, permit: RepositoryPermit, name: str) -> tuple[Digest, Pulls, Pulls]:
        """Return what a tag points at, its pulls, and that manifest's; raises ManifestUnknown."""
        tag = await self._tags.live(permit, name)
        await self._counter.flush()
        return tag.digest, await self._pulls(permit, name), await self._pulls(permit, tag.digest)

    async def of_tags(self, permit: RepositoryPermit, names: Sequence[str]) -> dict[str, Pulls]:
        """Return the pulls of those tags that were ever pulled."""
        await self._counter.flush()
        found = await self._log.counts(permit.repository_id, names)
        return {name: Pulls(count, last_ms or None) for name, (count, last_ms) in found.items()}

    async def of_manifest(self, permit: RepositoryPermit, digest: Digest) -> Pulls:
        """Return the pulls of a manifest, by whatever name; raises ManifestUnknown."""
        await self._reader.manifest(permit.actor, permit.repository, digest)
        await self._counter.flush()
        return await self._pulls(permit, digest)

    async def _pulls(self, permit: RepositoryPermit, reference: str) -> Pulls:
        count, last_ms = await self._log.count(permit.repository_id, reference)
        return Pulls(count, last_ms or None)
