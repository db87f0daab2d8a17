"""What keeps a registry going: leases for jobs, signing keys, collection and scrubbing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from charthouse.model.digests import Digest


class SigningKey(msgspec.Struct, frozen=True):
    """A key that signs registry tokens. ``private_key`` is PEM, or what the keeper encrypted of it."""

    kid: str
    public_key: str
    private_key: bytes
    created_ms: int
    retires_ms: int
    """From then on it signs nothing new."""
    expires_ms: int
    """From then on nothing that it signed is valid."""


class SigningKeys(Protocol):
    """Signing keys, shared by all replicas."""

    async def all(self) -> list[SigningKey]:
        """Return every key, newest first."""

    async def add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        """Keep a key; False, and no change, when one was created after ``unless_newer_than_ms``."""

    async def remove_expired(self, now_ms: int) -> int:
        """Forget keys past ``expires_ms``; returns how many."""


class Leases(Protocol):
    """One holder at a time for each name, among all replicas."""

    async def acquire(self, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
        """Take or extend the lease; False while another holder's has not ended."""

    async def release(self, name: str, holder: str) -> None:
        """Give it back; quiet when it is not this holder's."""


class Garbage(msgspec.Struct, frozen=True):
    """What a collection or a purge took, or would take. ``bytes`` of blobs whose objects go."""

    tags: int = 0
    manifests: int = 0
    links: int = 0
    blobs: int = 0
    bytes: int = 0


class StoredBlob(msgspec.Struct, frozen=True):
    """A blob as the whole registry holds it."""

    blob_id: int
    digest: Digest
    size: int
    key: str


class Terms(msgspec.Struct, frozen=True):
    """How long what nothing needs stays, in milliseconds.

    ``window_ms`` is the time machine of namespaces that have not chosen theirs. ``grace_ms``: an untagged manifest stays
    at least so long, for it may belong to a push that is under way.
    """

    now_ms: int
    window_ms: int
    grace_ms: int


class Collection(Protocol):
    """Finds and drops what nothing needs, in small transactions beside pushes and pulls.

    Needed is: a manifest with a live tag, or with a hidden one inside the time machine of its namespace; a manifest
    that a needed index lists; a referrer whose subject is needed; a manifest pushed within that time, or the grace
    where that is longer; a blob that a needed or unswept manifest of the repository names; a blob kept by
    ``kept_until_ms``. Each drop checks again inside its own transaction. Tags whose date has come go to the history
    first.
    """

    async def preview(self, terms: Terms) -> Garbage:
        """Return what a purge of deleted repositories and then a whole collection would take now."""

    async def expire_tags(self, now_ms: int, limit: int) -> int:
        """Move up to ``limit`` tags whose date has come to the history; returns how many. Call until 0."""

    async def sweep_history(self, terms: Terms, limit: int) -> int:
        """Forget up to ``limit`` hidden tags that no time machine reaches any more. Call until 0.

        What nobody pushed since the last of them ended is given up with them, without grace.
        """

    async def sweep_manifests(self, terms: Terms, limit: int) -> int:
        """Drop up to ``limit`` unneeded manifests; returns how many. Call until 0."""

    async def sweep_links(self, now_ms: int, limit: int) -> int:
        """Take up to ``limit`` unneeded blobs from their repositories. Call until 0."""

    async def sweep_blobs(self, now_ms: int, limit: int) -> Garbage:
        """Forget up to ``limit`` blobs that no repository holds and doom their objects. Call until empty."""

    async def doom(self, keys: Sequence[str], due_ms: int) -> None:
        """Mark those of ``keys`` that no blob uses for deletion from ``due_ms`` on.

        A key that is marked keeps its time. A mark does nothing while a blob uses the key (``doomed``).
        """

    async def doomed(self, now_ms: int, limit: int) -> list[str]:
        """Return at most ``limit`` keys whose time has come and that no blob uses, the longest due first."""

    async def forget_doomed(self, keys: Sequence[str]) -> None:
        """Unmark objects that are deleted now."""

    async def unknown_keys(self, keys: Sequence[str]) -> list[str]:
        """Return those of ``keys`` that no blob uses."""

    async def blobs(self, after_id: int, limit: int) -> list[StoredBlob]:
        """Return at most ``limit`` blobs with a greater id, in order of id (for scrubbing)."""

    async def quarantine(self, blob_id: int, key: str) -> bool:
        """Make a blob unknown everywhere until it is pushed again; False when its key is not ``key``."""

    async def holders(self, blob_id: int, limit: int) -> list[str]:
        """Return at most ``limit`` names of repositories that hold the blob, by bytes."""
