"""Service keys: public keys by which services prove who they are."""

from __future__ import annotations

from typing import Protocol

import msgspec


class ServiceKey(msgspec.Struct, frozen=True):
    """A key of a service. ``jwk``, ``metadata`` and ``approval`` are JSON objects; ``approval`` "": nobody has yet.

    ``expires_ms`` None: it does not expire. ``rotation_s`` is how often its service means to replace it.
    """

    kid: str
    service: str
    name: str
    jwk: str
    metadata: str
    created_ms: int
    expires_ms: int | None
    rotation_s: int | None
    approval: str


class ServiceKeyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a key; UNSET stays as it is."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    metadata: str | msgspec.UnsetType = msgspec.UNSET
    expires_ms: int | msgspec.UnsetType | None = msgspec.UNSET


class ServiceKeys(Protocol):
    """Keys by their id. All may raise Unavailable."""

    async def add(self, key: ServiceKey, most_unapproved: int) -> bool:
        """Keep a key; raises AlreadyExists when its id is taken.

        False, and no change, when the key is not approved and ``most_unapproved`` others wait already.
        """

    async def replace(self, old_kid: str, key: ServiceKey) -> bool:
        """Keep a key in the place of another, which is forgotten; False when that one is not there any more.

        Raises AlreadyExists when the new id is taken.
        """

    async def get(self, kid: str) -> ServiceKey | None:
        """Return a key, whatever its state."""

    async def all(self, limit: int) -> list[ServiceKey]:
        """Return at most ``limit`` keys by service and id, whatever their state."""

    async def usable(self, service: str, now_ms: int) -> list[ServiceKey]:
        """Return the approved keys of a service that have not expired, by id."""

    async def change(self, kid: str, change: ServiceKeyChange) -> bool:
        """Change a key; False when there is none."""

    async def approve(self, kid: str, approval: str) -> bool:
        """Approve a key; False when there is none. One that is approved already keeps its approval."""

    async def remove(self, kid: str) -> bool:
        """Forget a key; False when there is none."""

    async def remove_stale(self, unapproved_before_ms: int, expired_before_ms: int) -> int:
        """Forget what was made before the one time and never approved, or expired before the other."""
