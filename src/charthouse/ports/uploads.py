"""Where unfinished uploads stand, so that any worker may go on with them after a restart."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Upload(msgspec.Struct, frozen=True):
    """One upload session.

    Bound to the repository and the account that opened it (CVE-2026-32589). ``offset`` bytes are
    acknowledged;
    ``hash_state`` is a Hasher's state at that offset, ``store_state`` the blob engine's.
    """

    upload_id: str
    repository: str
    account_id: int
    algorithm: str
    offset: int
    hash_state: bytes
    store_state: bytes
    started_ms: int
    touched_ms: int


class Uploads(Protocol):
    """Upload sessions."""

    async def add(self, upload: Upload) -> None:
        """Remember a new session."""

    async def get(self, upload_id: str) -> Upload | None:
        """Return the session, or None."""

    async def advance(self, upload: Upload, from_offset: int) -> bool:
        """Store the session's new state; False, and no change, unless it stands at ``from_offset``."""

    async def remove(self, upload_id: str) -> bool:
        """Forget the session; False when it was not there."""

    async def in_repository(self, repository: str) -> list[Upload]:
        """Return the sessions of the repository of this name."""

    async def in_namespace(self, namespace: str) -> list[Upload]:
        """Return the sessions of all repositories of this namespace."""

    async def stale(self, before_ms: int, limit: int) -> list[Upload]:
        """Return at most ``limit`` sessions not touched since ``before_ms``, oldest first."""
