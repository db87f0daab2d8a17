"""Policies that make tags immutable.

Source: Quay 3.17. A policy holds for every push from the moment it is there, and is then brought to older tags,
repository by repository in small steps. Taking it away unlocks nothing: that is decided tag by tag.
"""

from __future__ import annotations

import uuid

from charthouse.model.errors import NotFound
from charthouse.model.patterns import check_pattern
from charthouse.ports.immutability import ImmutabilityPolicies, Owner, Policy
from charthouse.services.access.permits import NamespacePermit, RepositoryPermit

_STEP = 500
"""Tags, or repositories, at a time."""

Holder = RepositoryPermit | NamespacePermit


class ImmutabilityService:
    """Reads and changes policies, for administrators of what they are about."""

    def __init__(self, policies: ImmutabilityPolicies, *, can_expire: bool) -> None:
        self._policies = policies
        self._can_expire = can_expire

    async def all(self, permit: Holder) -> list[Policy]:
        """Return the policies."""
        return await self._policies.all(_owner(permit))

    async def get(self, permit: Holder, policy_id: str) -> Policy:
        """Return one of them; raises NotFound."""
        found = await self._policies.get(_owner(permit), policy_id)
        if found is None:
            raise _unknown()
        return found

    async def add(self, permit: Holder, pattern: str, matches: bool) -> Policy:
        """Make a policy, return when all tags are under it; raises InvalidRequest, AlreadyExists."""
        policy = Policy(str(uuid.uuid4()), check_pattern(pattern), matches)
        await self._policies.add(_owner(permit), policy)
        await self._apply(_owner(permit))
        return policy

    async def change(self, permit: Holder, policy_id: str, pattern: str, matches: bool) -> None:
        """Replace a policy; raises NotFound, InvalidRequest, AlreadyExists."""
        policy = Policy(policy_id, check_pattern(pattern), matches)
        if not await self._policies.change(_owner(permit), policy):
            raise _unknown()
        await self._apply(_owner(permit))

    async def remove(self, permit: Holder, policy_id: str) -> None:
        """Take a policy away; raises NotFound."""
        if not await self._policies.remove(_owner(permit), policy_id):
            raise _unknown()

    async def _apply(self, owner: Owner) -> None:
        last = 0
        while repositories := await self._policies.repositories(owner, last, _STEP):
            for repository_id in repositories:
                after: str | None = ""
                while after is not None:
                    after = await self._policies.apply(
                        repository_id, after, _STEP, can_expire=self._can_expire
                    )
            last = repositories[-1]


def _owner(permit: Holder) -> Owner:
    if isinstance(permit, RepositoryPermit):
        return Owner(repository_id=permit.repository_id)
    return Owner(namespace_id=permit.namespace.account_id)


def _unknown() -> NotFound:
    return NotFound("there is no such policy")
