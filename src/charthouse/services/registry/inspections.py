"""A manifest as people look at it closely: what it is, what belongs to it, who names it, and how often it is pulled."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.images import IndexEntry
from charthouse.model.kinds import Kind, kind_of
from charthouse.model.labels import Label
from charthouse.model.names import Tag
from charthouse.model.referrers import Part, part_of, signature_tags
from charthouse.ports.clock import Clock
from charthouse.ports.content import Referrer
from charthouse.ports.tag_lists import ManifestFacts, TagLists
from charthouse.services.access.permits import RepositoryPermit

from .labels import LabelService
from .manifest_details import ManifestDetails, ManifestViews
from .pull_statistics import Pulls, PullStatistics
from .reader import Reader
from .tag_shelf import SIBLINGS

CHILDREN = 500
"""Entries of an index that are looked at: one may hold tens of thousands, more than a statement has parameters."""
_NOTHING = ManifestFacts("", "", "", 0, 0, (), b"", live=False)


class Child(msgspec.Struct, frozen=True):
    """What an index lists. ``size`` None: the repository does not have it."""

    entry: IndexEntry
    size: int | None


class Attached(msgspec.Struct, frozen=True):
    """What names a manifest as its subject, or hangs on it by the name of its ``tag``."""

    part: Part
    digest: Digest
    artifact_type: str
    size: int
    annotations: dict[str, str]
    tag: str = ""


class Inspection(msgspec.Struct, frozen=True):
    """A manifest and all around it. ``pulls`` None: nobody counts them.

    ``tags`` point at it, of ``tag_count``; ``held_by`` at indexes that list it. ``children`` are the first that it lists.
    """

    details: ManifestDetails
    kind: Kind
    size: int
    tags: list[Tag]
    tag_count: int
    held_by: list[Tag]
    children: list[Child]
    attached: list[Attached]
    more_attached: bool
    labels: list[Label]
    pulls: Pulls | None


class Inspections:
    """Looks at manifests for those who hold a permit. ``statistics`` None: pulls are not told of."""

    def __init__(
        self,
        views: ManifestViews,
        lists: TagLists,
        reader: Reader,
        labels: LabelService,
        statistics: PullStatistics | None,
        clock: Clock,
    ) -> None:
        self._views = views
        self._lists = lists
        self._reader = reader
        self._labels = labels
        self._statistics = statistics
        self._clock = clock

    async def of(self, permit: RepositoryPermit, digest: Digest) -> Inspection:
        """Return it; raises ManifestUnknown."""
        details = await self._views.details(permit, digest)
        repository_id, now = permit.repository_id, self._clock.now_ms()
        entries = details.entries[:CHILDREN]
        listed = [entry.descriptor.digest for entry in entries]
        facts = await self._lists.facts(repository_id, [digest, *listed], now)
        own = facts.get(digest, _NOTHING)
        attached, more = await self._attached(permit, digest)
        pulls = None if self._statistics is None else await self._statistics.of_manifest(permit, digest)
        return Inspection(
            details=details,
            kind=kind_of(details.manifest.config_media_type, details.manifest.artifact_type),
            size=own.size,
            tags=await self._lists.tags_of(repository_id, digest, now, SIBLINGS),
            tag_count=own.tags,
            held_by=await self._lists.held_by(repository_id, digest, now, SIBLINGS),
            children=[_child(entry, facts.get(entry.descriptor.digest)) for entry in entries],
            attached=attached,
            more_attached=more,
            labels=await self._labels.all(permit, digest),
            pulls=pulls,
        )

    async def pulls_of_tag(self, permit: RepositoryPermit, name: str) -> Pulls | None:
        """Return how often a tag was pulled; None when nobody counts."""
        if self._statistics is None:
            return None
        return (await self._statistics.of_tags(permit, [name])).get(name, Pulls(0, None))

    async def _attached(self, permit: RepositoryPermit, digest: Digest) -> tuple[list[Attached], bool]:
        page = await self._reader.referrers(permit.actor, permit.repository, digest)
        found = [_attached(referrer) for referrer in page.found]
        names = signature_tags(digest)
        lives = await self._lists.named(permit.repository_id, list(names), self._clock.now_ms())
        found += [Attached(names[life.name], life.digest, "", life.size, {}, life.name) for life in lives]
        return found, bool(page.more_after)


def _attached(found: Referrer) -> Attached:
    part = part_of(found.artifact_type)
    return Attached(part, found.digest, found.artifact_type, found.size, found.annotations)


def _child(entry: IndexEntry, facts: ManifestFacts | None) -> Child:
    return Child(entry, facts.size if facts is not None and facts.live else None)
