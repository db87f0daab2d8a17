"""Tags as people choose from them: a page of a repository's tags with what each is, and tags by name."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Mapping, Sequence

import msgspec

from charthouse.helm.chart.versions import newest_first
from charthouse.model.digests import Digest
from charthouse.model.images import Platform, entries_of
from charthouse.model.kinds import Kind, kind_of
from charthouse.model.names import Tag
from charthouse.model.referrers import Part, part_of, signature_tags
from charthouse.ports.clock import Clock
from charthouse.ports.tag_lists import ManifestFacts, TagListQuery, TagLists, TagOrder
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit

from .image_configs import ImageConfigs
from .pull_statistics import Pulls, PullStatistics

VERSIONS = 2000
"""Tags that are ordered by version: no database can do it."""
SIBLINGS = 50
"""Tags of one digest that are named; there may be more."""
COUNTED = 1000
"""Tags of signatures that are counted; there may be more."""
_CHILDREN = 200
"""Images of an index that are counted: all of a page's are asked for by one statement."""
_NOTHING = ManifestFacts("", "", "", 0, 0, (), b"", live=False)


class Order(enum.StrEnum):
    """How a list of tags goes on. ``VERSION``: the newest version by SemVer first, what is no version last."""

    NEWEST = TagOrder.NEWEST.value
    OLDEST = TagOrder.OLDEST.value
    NAME = TagOrder.NAME.value
    NAME_DOWN = TagOrder.NAME_DOWN.value
    VERSION = "version"


class TagRow(msgspec.Struct, frozen=True):
    """A tag of a list. ``shared``: how many tags its manifest has; ``pulls`` None: nobody counts them.

    ``platforms`` are those of an index, or of a page's image, ``parts`` what hangs on the manifest, ``size`` that of all its images.
    """

    life: TagLife
    kind: Kind
    index: bool
    size: int
    platforms: tuple[Platform, ...]
    shared: int
    parts: frozenset[Part]
    pulls: Pulls | None


class TagPage(msgspec.Struct, frozen=True):
    """A page of tags. ``hidden``: so many that only carry signatures are left out, ``COUNTED`` at most.

    ``order`` is the one that they are in: more than ``VERSIONS`` tags are ordered by name instead of by version.
    """

    rows: list[TagRow]
    more: bool
    hidden: int
    order: Order


class TagShelf:
    """Lists tags for those who hold a permit. ``statistics`` None: pulls are not told of."""

    def __init__(
        self, lists: TagLists, configs: ImageConfigs, statistics: PullStatistics | None, clock: Clock
    ) -> None:
        self._lists = lists
        self._configs = configs
        self._statistics = statistics
        self._clock = clock

    async def page(
        self,
        permit: RepositoryPermit,
        *,
        part: str,
        order: Order,
        signatures: bool,
        number: int,
        limit: int,
    ) -> TagPage:
        """Return a page of tags, the first by ``number`` 1."""
        now, repository_id = self._clock.now_ms(), permit.repository_id
        if not part.isascii():
            return TagPage([], more=False, hidden=0, order=order)  # no tag is called so
        query = TagListQuery(
            repository_id=repository_id,
            now_ms=now,
            part=part,
            signatures=signatures,
            offset=(number - 1) * limit,
            limit=limit + 1,
        )
        lives, order = await self._lives(query, order)
        hidden = 0 if signatures else await self._lists.signatures(repository_id, now, COUNTED)
        rows = await self._with_platforms(permit, await self._rows(permit, lives[:limit]))
        return TagPage(rows, len(lives) > limit, hidden, order)

    async def named(self, permit: RepositoryPermit, names: Sequence[str]) -> list[TagRow]:
        """Return those of ``names`` that are tags, by name."""
        known = [name for name in dict.fromkeys(names) if name.isascii()]
        lives = await self._lists.named(permit.repository_id, known, self._clock.now_ms())
        return await self._rows(permit, lives)

    async def siblings(self, permit: RepositoryPermit, digest: Digest, name: str) -> list[Tag]:
        """Return other tags of the same digest, ``SIBLINGS`` at most, by name."""
        now = self._clock.now_ms()
        found = await self._lists.tags_of(permit.repository_id, digest, now, SIBLINGS + 1)
        return [one for one in found if one != name][:SIBLINGS]

    async def _lives(self, query: TagListQuery, order: Order) -> tuple[list[TagLife], Order]:
        """Return a page of tags, and the order that it is in."""
        if order is Order.VERSION:
            everything = msgspec.structs.replace(query, offset=0, limit=VERSIONS + 1)
            names = await self._lists.names(everything)
            if len(names) <= VERSIONS:
                page = newest_first(list(names))[query.offset : query.offset + query.limit]
                found = await self._lists.named(query.repository_id, page, query.now_ms)
                lives = {str(life.name): life for life in found}
                return [lives[name] for name in page if name in lives], order
            order = Order.NAME_DOWN
        return await self._lists.page(msgspec.structs.replace(query, order=TagOrder(order.value))), order

    async def _with_platforms(self, permit: RepositoryPermit, rows: list[TagRow]) -> list[TagRow]:
        """Tell the platform of images that are for one only: it stands in their configs."""
        alone = {row.life.digest for row in rows if row.kind is Kind.IMAGE and not row.index}
        digests = sorted(alone)
        configs = await asyncio.gather(
            *(self._configs.named(permit.actor, permit.repository, digest) for digest in digests)
        )
        known = {
            digest: (config.platform,)
            for digest, config in zip(digests, configs, strict=True)
            if str(config.platform)
        }
        return [
            msgspec.structs.replace(row, platforms=known.get(row.life.digest, row.platforms)) for row in rows
        ]

    async def _rows(self, permit: RepositoryPermit, lives: list[TagLife]) -> list[TagRow]:
        if not lives:
            return []
        repository_id, now = permit.repository_id, self._clock.now_ms()
        digests = list(dict.fromkeys(life.digest for life in lives))
        facts = await self._lists.facts(repository_id, digests, now)
        children = {digest: _children(found) for digest, found in facts.items()}
        listed = list(dict.fromkeys(digest for one in children.values() for digest in one))
        sizes = await self._lists.facts(repository_id, listed, now) if listed else {}
        tags = {tag: (digest, part) for digest in digests for tag, part in signature_tags(digest).items()}
        parts = {digest: {part_of(one) for one in found.referrers} for digest, found in facts.items()}
        for life in await self._lists.named(repository_id, list(tags), now):
            digest, part = tags[life.name]
            parts.setdefault(digest, set()).add(part)
        pulls: Mapping[str, Pulls] = {}
        if self._statistics is not None:
            pulls = await self._statistics.of_tags(permit, [life.name for life in lives])
        rows = []
        for life in lives:
            found = facts.get(life.digest, _NOTHING)
            of_children = children.get(life.digest, {})
            rows.append(
                TagRow(
                    life=life,
                    kind=kind_of(found.config_media_type, found.artifact_type),
                    index=bool(of_children),
                    size=life.size + sum(sizes[one].size for one in of_children if one in sizes),
                    platforms=tuple(one for one in of_children.values() if one is not None and str(one)),
                    shared=found.tags,
                    parts=frozenset(parts.get(life.digest, ())),
                    pulls=None if self._statistics is None else pulls.get(life.name, Pulls(0, None)),
                )
            )
        return rows


def _children(facts: ManifestFacts) -> dict[Digest | str, Platform | None]:
    """Return by digest the images of an index, with the platform of each."""
    if not facts.index:
        return {}
    entries = [entry for entry in entries_of(facts.index) if not entry.attestation][:_CHILDREN]
    return {entry.descriptor.digest: entry.platform for entry in entries}
