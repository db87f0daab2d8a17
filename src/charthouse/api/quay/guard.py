"""From a request to a permit: who calls, whether the credential is good for this route, and what the gate says.

Quay's API takes an access token as Bearer; Basic credentials are for the registry only, as in Quay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import Denied
from charthouse.model.names import parse_repository
from charthouse.model.permissions import ANONYMOUS, Actor, NamespaceRole, Role
from charthouse.model.scopes import covers
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import Permit
from charthouse.services.identity.callers import Caller, Callers

Check = Callable[[Request], Awaitable[None]]
T = TypeVar("T")

_REPOSITORY_ROLES = {
    Permission.READ: Role.READ,
    Permission.WRITE: Role.WRITE,
    Permission.ADMIN: Role.ADMIN,
}
_NAMESPACE_ROLES = {
    Permission.NAMESPACE: NamespaceRole.NONE,
    Permission.MEMBER: NamespaceRole.MEMBER,
    Permission.ORGANIZATION_ADMIN: NamespaceRole.ADMIN,
}
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Makes the check that stands before each handler. ``first_user`` is that of user/initialize, a door of its own."""

    def __init__(self, callers: Callers, gate: Gate, first_user: Check) -> None:
        self._callers = callers
        self._gate = gate
        self.first_user = first_user

    def check(self, route: Route) -> Check:
        """Return the dependency of a route: it leaves the caller and the permit in the request, or raises."""

        async def check(request: Request) -> None:
            caller = await self._callers.identify(bearer_of(request))
            _require_scope(route, caller.actor)
            request.state.caller = caller
            request.state.permit = await self._permit(route, request, caller.actor)

        return check

    async def _permit(self, route: Route, request: Request, actor: Actor) -> Permit | None:
        gate, permission, reading = self._gate, route.permission, route.method in _SAFE
        if permission is Permission.NONE:
            return None
        if permission is Permission.LOGIN:
            return await gate.account(actor)
        if permission is Permission.SUPERUSER:
            return await gate.registry(actor, reading=reading)
        if permission in _NAMESPACE_ROLES:
            name, needed = request.path_params["organization"], _NAMESPACE_ROLES[permission]
            return await gate.namespace(actor, name, needed, reading=reading, organization=True)
        repository = parse_repository(request.path_params["repository"])
        return await gate.repository(actor, repository, _REPOSITORY_ROLES[permission], reading=reading)


def caller_of(request: Request) -> Caller:
    """Return who calls."""
    caller: Caller = request.state.caller
    return caller


def permit_of(request: Request, kind: type[T]) -> T:
    """Return the permit that the guard got for this request, of the kind that the route's permission gives."""
    permit = request.state.permit
    if not isinstance(permit, kind):
        raise TypeError(f"the route's permission gives {type(permit).__name__}, not {kind.__name__}")
    return permit


def bearer_of(request: Request) -> str:
    """Return the Bearer token of a request, "" when it brings none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _require_scope(route: Route, actor: Actor) -> None:
    if actor is ANONYMOUS or actor.scopes is None or route.permission is Permission.NONE:
        return
    if route.scope is None:
        raise Denied("this is for people who are signed in, not for access tokens")
    if not covers(actor.scopes, route.scope):
        raise Denied(f"the access token lacks the scope {route.scope.value}")
