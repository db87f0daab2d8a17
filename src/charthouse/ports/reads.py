"""The hot questions: may this account read here, and what does this reference mean.

Two shapes, because engines differ in what they can prove. An embedded engine answers inline, in microseconds,
and can tell at no cost what has changed, so its answers may be cached. A server database is asked once a
request; concurrent requests share one round trip, and every answer comes from a query that began after the
request arrived.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.permissions import Access


class ManifestRow(msgspec.Struct, frozen=True):
    """A live manifest of a repository. ``manifest_id`` never changes its bytes, and is never used again.

    ``expires_ms`` is when the tag by which it was asked for ends; None: not by itself, or it was asked for by digest.
    """

    manifest_id: int
    digest: Digest
    media_type: str
    content: bytes
    expires_ms: int | None = None


class ManifestHead(msgspec.Struct, frozen=True):
    """A manifest without its bytes."""

    manifest_id: int
    digest: Digest
    media_type: str
    size: int


class BlobRow(msgspec.Struct, frozen=True):
    """A blob as one repository holds it. ``kept_until_ms``: no collection before then."""

    digest: Digest
    size: int
    key: str
    kept_until_ms: int


class ChangeKind(enum.StrEnum):
    """What a change-log row says to forget."""

    TAG = "tag"
    """One tag of a repository; ``name`` is the tag."""
    MANIFEST = "manifest"
    """One manifest of a repository and every tag; ``name`` is the digest."""
    BLOB = "blob"
    """One blob of a repository; ``name`` is the digest."""
    CHART = "chart"
    """What the index shows of a repository; ``name`` is the tag."""
    REPOSITORY = "repository"
    """All that is known of a repository, access included."""
    ACCOUNT = "account"
    """All access of one account; ``subject`` is the account's id."""
    EVERYTHING = "everything"
    """All caches (rights of a team changed, or the reader has fallen too far behind)."""


class Change(msgspec.Struct, frozen=True):
    """One row of the change log. ``subject`` is a repository's id, or an account's."""

    kind: ChangeKind
    subject: int
    name: str


class InlineReads(Protocol):
    """Reads that may be called on the event loop: each takes microseconds and never waits for a writer."""

    def changes(self) -> Sequence[Change]:
        """Return what was committed, by any process, since the last call; nearly always empty.

        A read that follows sees at least these commits.
        """

    def access(self, account_id: int, repository: str) -> Access:
        """Decide what the account may do at this name. Account 0 is anonymous."""

    def manifest(self, repository_id: int, reference: str, now_ms: int) -> ManifestRow | None:
        """Return the live manifest that a digest names, or a tag that has not ended at ``now_ms``."""

    def blob(self, repository_id: int, digest: str) -> BlobRow | None:
        """Return the blob that the repository holds."""

    def tags(self, repository_id: int, after: str, limit: int, now_ms: int) -> list[str]:
        """Return at most ``limit`` tags greater than ``after`` that live at ``now_ms``, ordered by bytes."""


class RemoteReads(Protocol):
    """Reads of a server database; each decides access, existence and meaning in one query.

    ``everything``: what is there is told whatever the account may do, for callers whose standing may let them read it.
    """

    async def access(self, account_id: int, repository: str) -> Access:
        """Decide what the account may do at this name."""

    async def manifest(
        self, account_id: int, repository: str, reference: str, now_ms: int, *, everything: bool = False
    ) -> tuple[Access, ManifestHead | None]:
        """Decide access, and what the reference names at ``now_ms`` (None also when access is below read)."""

    async def content(self, manifest_id: int) -> bytes | None:
        """Return the bytes of a manifest that a ManifestHead named; None when it was collected since."""

    async def blob(
        self, account_id: int, repository: str, digest: str, *, everything: bool = False
    ) -> tuple[Access, BlobRow | None]:
        """Decide access, and find the blob (None also when access is below read)."""

    async def tags(
        self,
        account_id: int,
        repository: str,
        after: str,
        limit: int,
        now_ms: int,
        *,
        everything: bool = False,
    ) -> tuple[Access, list[str]]:
        """Decide access, and list tags greater than ``after`` that live at ``now_ms``, ordered by bytes."""
