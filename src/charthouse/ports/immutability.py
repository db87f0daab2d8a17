"""Policies that make tags immutable, of a repository or of a whole namespace."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Owner(msgspec.Struct, frozen=True):
    """Whose a policy is: exactly one of the two is set."""

    namespace_id: int | None = None
    repository_id: int | None = None


class Policy(msgspec.Struct, frozen=True):
    """Tags that match ``pattern`` as a whole (with ``matches`` false: that do not) are immutable."""

    uuid: str
    pattern: str
    matches: bool


class ImmutabilityPolicies(Protocol):
    """Policies. They hold for every push from the moment they are there; ``apply`` brings older tags under them."""

    async def add(self, owner: Owner, policy: Policy) -> None:
        """Keep a policy; raises AlreadyExists for a second of the same pattern."""

    async def change(self, owner: Owner, policy: Policy) -> bool:
        """Replace a policy by its uuid; False when the owner has none so called; raises AlreadyExists."""

    async def remove(self, owner: Owner, uuid: str) -> bool:
        """Forget a policy; False when the owner has none so called. What it made immutable stays so."""

    async def all(self, owner: Owner) -> list[Policy]:
        """Return the owner's policies, by uuid."""

    async def get(self, owner: Owner, uuid: str) -> Policy | None:
        """Return one of them."""

    async def repositories(self, owner: Owner, after_id: int, limit: int) -> list[int]:
        """Return repositories under the owner's policies with a greater id, in order."""

    async def apply(self, repository_id: int, after: str, limit: int, *, can_expire: bool) -> str | None:
        """Make immutable what policies say so of the next ``limit`` tags after ``after``.

        Returns the last tag seen, None when there are no more.
        """
