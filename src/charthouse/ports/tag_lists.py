"""Tags as lists of them are shown: pages in an order, what a page's manifests are, and what happened when.

Nothing here changes anything; ``ports.tags`` does.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.names import Tag

from .tags import TagLife


class TagOrder(enum.StrEnum):
    """How a list goes on; names are ordered by bytes."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    NAME_DOWN = "-name"


class TagListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A question for live tags. ``part`` is a part of a name in any case.

    Without ``signatures`` tags are left out that only carry what belongs to a digest (``sha256-….sig``).
    """

    repository_id: int
    now_ms: int
    part: str = ""
    order: TagOrder = TagOrder.NEWEST
    signatures: bool = False
    offset: int = 0
    limit: int = 50


class ManifestFacts(msgspec.Struct, frozen=True):
    """What a list shows of a manifest. ``size`` is that of the blobs that a pull fetches; ``tags`` how many it has.

    ``referrers``: artifact types of what names it as its subject. ``index``: its text, when it is an index and small.
    ``live``: it is not hidden.
    """

    media_type: str
    config_media_type: str
    artifact_type: str
    size: int
    tags: int
    referrers: tuple[str, ...]
    index: bytes
    live: bool


class EventKind(enum.StrEnum):
    """What happened to a tag."""

    CREATED = "created"
    MOVED = "moved"
    RESTORED = "restored"
    ENDED = "ended"
    """It was deleted, or its date came."""


class TagEvent(msgspec.Struct, frozen=True):
    """A moment of a tag. ``digest`` is what it points at from then on, or pointed at last; ``before`` what it
    pointed at until then ("": nothing)."""

    name: Tag
    kind: EventKind
    at_ms: int
    digest: Digest
    before: Digest | str


class TagEventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A question for what happened, newest first. ``name`` is a whole name, "" asks for all."""

    repository_id: int
    now_ms: int
    name: str = ""
    offset: int = 0
    limit: int = 50


class TagLists(Protocol):
    """Lists of tags."""

    async def page(self, query: TagListQuery) -> list[TagLife]:
        """Return a page of live tags."""

    async def names(self, query: TagListQuery) -> list[Tag]:
        """Return the names of live tags by bytes, whatever order is asked for."""

    async def named(self, repository_id: int, names: Sequence[str], now_ms: int) -> list[TagLife]:
        """Return those of ``names`` that are live tags, by bytes."""

    async def signatures(self, repository_id: int, now_ms: int, most: int) -> int:
        """Return how many tags are left out unless ``signatures`` asks for them; counts no further than ``most``."""

    async def facts(
        self, repository_id: int, digests: Sequence[str], now_ms: int
    ) -> Mapping[str, ManifestFacts]:
        """Return what is known of these manifests by digest, those that are hidden among them."""

    async def tags_of(self, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
        """Return live tags that point at a manifest, by bytes."""

    async def held_by(self, repository_id: int, digest: str, now_ms: int, limit: int) -> list[Tag]:
        """Return live tags of the indexes that list a manifest, by bytes."""

    async def events(self, query: TagEventQuery) -> list[TagEvent]:
        """Return a page of what happened."""

    async def last_held(self, repository_id: int, digests: Sequence[str], now_ms: int) -> Mapping[str, int]:
        """Return by digest when a tag last stopped pointing at it, for those at which one did."""
