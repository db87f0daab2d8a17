"""Policies that make tags immutable, of repositories and organizations."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.ports.immutability import Policy
from charthouse.services.access.permits import NamespacePermit, RepositoryPermit
from charthouse.services.registry.immutability import Holder, ImmutabilityService

from .endpoints import Endpoint, Endpoints
from .guard import permit_of


class PolicyBody(BaseModel):
    """``tagPattern`` is matched against whole tags; without ``tagPatternMatches`` what does not match is covered."""

    tagPattern: str  # noqa: N815 -- the wire's name
    tagPatternMatches: bool = True  # noqa: N815 -- the wire's name


class PolicyView(TypedDict):
    """A policy."""

    uuid: str
    tagPattern: str
    tagPatternMatches: bool


class ImmutabilityHandlers:
    """Reads and changes policies."""

    def __init__(self, policies: ImmutabilityService) -> None:
        self._policies = policies

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        found: dict[str, Endpoint] = {}
        for owner in ("organization", "repository"):
            found |= {
                f"quay.list_{owner}_immutability": self.list_policies,
                f"quay.add_{owner}_immutability": self.add_policy,
                f"quay.get_{owner}_immutability": self.get_policy,
                f"quay.change_{owner}_immutability": self.change_policy,
                f"quay.delete_{owner}_immutability": self.delete_policy,
            }
        return found

    async def list_policies(self, request: Request) -> dict[str, list[PolicyView]]:
        """Answer GET …/immutabilitypolicy/."""
        return {"policies": [_view(policy) for policy in await self._policies.all(_holder(request))]}

    async def add_policy(self, request: Request, body: PolicyBody) -> dict[str, str]:
        """Answer POST …/immutabilitypolicy/."""
        policy = await self._policies.add(_holder(request), body.tagPattern, body.tagPatternMatches)
        return {"uuid": policy.uuid}

    async def get_policy(self, request: Request, policy_uuid: str) -> PolicyView:
        """Answer GET …/immutabilitypolicy/{policy_uuid}."""
        return _view(await self._policies.get(_holder(request), policy_uuid))

    async def change_policy(self, request: Request, policy_uuid: str, body: PolicyBody) -> None:
        """Answer PUT …/immutabilitypolicy/{policy_uuid}."""
        holder = _holder(request)
        await self._policies.change(holder, policy_uuid, body.tagPattern, body.tagPatternMatches)

    async def delete_policy(self, request: Request, policy_uuid: str) -> dict[str, str]:
        """Answer DELETE …/immutabilitypolicy/{policy_uuid}; what it made immutable stays so."""
        await self._policies.remove(_holder(request), policy_uuid)
        return {"uuid": policy_uuid}


def _holder(request: Request) -> Holder:
    if "repository" in request.path_params:
        return permit_of(request, RepositoryPermit)
    return permit_of(request, NamespacePermit)


def _view(policy: Policy) -> PolicyView:
    return {"uuid": policy.uuid, "tagPattern": policy.pattern, "tagPatternMatches": policy.matches}
