"""Totals: how much is in the registry, and in one namespace."""

from __future__ import annotations

from typing import Protocol

import msgspec


class RegistryTotals(msgspec.Struct, frozen=True):
    """What people count. Tags are those that can be pulled now."""

    users: int
    organizations: int
    robots: int
    repositories: int
    tags: int


class Holdings(msgspec.Struct, frozen=True):
    """What would be gone with a namespace."""

    repositories: int
    tags: int
    robots: int


class Totals(Protocol):
    """Counts. All look at every row that they count, and may raise Unavailable."""

    async def registry(self, now_ms: int) -> RegistryTotals:
        """Count what is in the registry."""

    async def namespace(self, namespace_id: int, now_ms: int) -> Holdings:
        """Count what an account owns."""

    async def linked_bytes(self, first: int, last: int) -> int:
        """Return the bytes of blobs with ids from ``first`` to ``last``, each once for every repository that has it."""
