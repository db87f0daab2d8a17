"""Who calls Quay's REST API: an access token as Bearer; Basic credentials are for the registry only (as in Quay)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import Request

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import Denied, Unauthorized
from charthouse.services.identity.users import Grantee, Users

_GRANTING = {
    "user:read": {"user:read", "user:admin"},
    "user:admin": {"user:admin"},
    "repo:admin": {"repo:admin"},
}
"""For each scope that a route needs: the scopes that carry it."""


def bearer_of(request: Request) -> str:
    """Return the Bearer token of a request, "" when it brings none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller_of(request: Request) -> Grantee:
    """Return whom ``guard`` let in."""
    return cast("Grantee", request.state.caller)


def guard(route: Route, users: Users) -> Callable[[Request], Awaitable[None]]:
    """Return the dependency of a route that lets in only those whose token carries its scope."""

    async def check(request: Request) -> None:
        if route.permission is Permission.NONE:
            return
        token = bearer_of(request)
        if not token:
            raise Unauthorized("Requires authentication", {"session_required": False})
        caller = await users.grantee(token)
        if caller.scopes.isdisjoint(_GRANTING[route.scope]):
            raise Denied(f"the access token lacks the scope {route.scope}")
        request.state.caller = caller

    return check
