"""Tags over time: which are there, which were, and every command that moves, ends or protects one.

A tag that is gone, by deletion, by another push or by its date, is in the history. There it keeps its manifest, and
with that all that it names, until the time machine of its namespace has passed. What a command of this port or of
``content`` would do to an immutable tag raises TagImmutable; what it would do in a repository that is not in its
normal state raises RepositoryReadOnly.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.names import Tag


class TagTerms(msgspec.Struct, frozen=True):
    """What is set on each tag that a command points at a manifest.

    ``expires_ms`` None: no date. ``policies``: those of repository and namespace decide too whether it is immutable.
    ``can_expire``: what is immutable keeps its date all the same.
    """

    expires_ms: int | None = None
    immutable: bool = False
    policies: bool = False
    can_expire: bool = False


NO_TERMS = TagTerms()


class TagLife(msgspec.Struct, frozen=True):
    """A tag from one moment to another. ``end_ms`` None: it has no end yet; one to come is its date of expiry.

    ``size`` is that of the blobs that a pull fetches, in bytes. ``restored``: it came back from the history.
    """

    name: Tag
    digest: Digest
    media_type: str
    size: int
    start_ms: int
    end_ms: int | None
    restored: bool
    immutable: bool


class TagQuery(msgspec.Struct, frozen=True):
    """A question for lives of tags, newest first. ``live``: only those that have not ended at ``now_ms``.

    ``name`` is a whole name, ``part`` a part of one in any case; "" asks for all.
    """

    repository_id: int
    now_ms: int
    live: bool = False
    name: str = ""
    part: str = ""
    offset: int = 0
    limit: int = 50


class ChangeTag(msgspec.Struct, frozen=True):
    """Change a tag: make it mutable, move it, make it immutable, give it a date, in this order.

    ``digest`` None: it stays where it is, else it is made when it is not there. ``immutable`` None: as it is.
    ``expires_ms``: UNSET as it is, None no date; a date is brought between ``least_ms`` and ``most_ms`` after the
    beginning of the tag's life.
    """

    repository_id: int
    name: Tag
    now_ms: int
    digest: Digest | None = None
    expires_ms: int | msgspec.UnsetType | None = msgspec.UNSET
    immutable: bool | None = None
    least_ms: int = 0
    most_ms: int = 2**53
    terms: TagTerms = NO_TERMS


class RestoreTag(msgspec.Struct, frozen=True):
    """Point a tag at what a tag of the repository pointed at, and bring that back with all that it names.

    ``window_ms`` is the time machine of namespaces that have not chosen theirs.
    """

    repository_id: int
    name: Tag
    digest: Digest
    window_ms: int
    now_ms: int
    terms: TagTerms = NO_TERMS


class ForgetTag(msgspec.Struct, frozen=True):
    """Delete a tag past the time machine: its history (with ``digest``: as far as it names that), or, with ``live``,
    the tag itself and what its history has of the same manifest."""

    repository_id: int
    name: Tag
    digest: Digest | None
    live: bool
    now_ms: int


class Tags(Protocol):
    """Tags and their history."""

    async def lives(self, query: TagQuery) -> list[TagLife]:
        """Return a page."""

    async def change(self, command: ChangeTag) -> None:
        """Do it; raises ManifestUnknown for a tag or manifest that is not there."""

    async def restore(self, command: RestoreTag) -> bool:
        """Do it; False when it points there already.

        Raises ManifestUnknown when no history within the window has it, ManifestBlobUnknown when the repository never
        held, or lost, a blob that it names.
        """

    async def forget(self, command: ForgetTag) -> None:
        """Do it; raises ManifestUnknown when there is no such tag, or no such history."""
