"""From a request to a permit: who calls, whether the credential is good for this route, and what the gate says.

Quay's API takes an access token as Bearer; Basic credentials are for the registry only, as in Quay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request

from charthouse.api.kit.asgi import Request as PublicRequest
from charthouse.api.kit.browsers import NEXT_TOKEN_HEADER, Browsers
from charthouse.api.kit.cookies import Cookies
from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.routes import ANY_SCOPE, Permission, Route
from charthouse.model.errors import Denied, NameUnknown, Unauthorized
from charthouse.model.names import parse_repository
from charthouse.model.permissions import ANONYMOUS, Actor, NamespaceRole, Role
from charthouse.model.scopes import covers
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import Permit
from charthouse.services.access.standstill import NO_STANDSTILL, Standstill
from charthouse.services.identity.callers import Caller, Callers

from .direct import DirectLogins

ANSWER_HEADERS = "charthouse.answer_headers"
"""Where in the ASGI scope headers wait for the answer."""

Check = Callable[[Request], Awaitable[None]]
T = TypeVar("T")

_ACCOUNTS = {Permission.LOGIN, Permission.ACCOUNT}

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
_OWN_PROOF = frozenset({Permission.CLIENT, Permission.SERVICE})
"""Handlers of these routes verify who calls."""
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Makes the check that stands before each handler. ``first_user`` is that of user/initialize, a door of its own."""

    def __init__(
        self,
        callers: Callers,
        gate: Gate,
        first_user: Check,
        address: PublicAddress,
        cookies: Cookies,
        browsers: Browsers,
        direct: DirectLogins,
        *,
        anonymous: bool = True,
        standstill: Standstill = NO_STANDSTILL,
    ) -> None:
        self._callers = callers
        self.gate = gate
        self._first_user = first_user
        self._address = address
        self._cookies = cookies
        self._browsers = browsers
        self._direct = direct
        self._anonymous = anonymous
        self._standstill = standstill

    async def first_user(self, request: Request) -> None:
        """Check a call of user/initialize."""
        self._standstill.refuse_change()
        request.state.public = self._address.request(request.scope, request.receive)
        await self._first_user(request)

    def check(self, route: Route) -> Check:
        """Return the dependency of a route: it leaves the caller and the permit in the request, or raises."""

        async def check(request: Request) -> None:
            if route.method not in _SAFE:
                self._standstill.refuse_change()
            request.state.public = self._address.request(request.scope, request.receive)
            if route.permission in _OWN_PROOF:
                return
            request.state.caller = caller = await self._identify(route, request)
            _require_scope(route, caller.actor)
            if caller.actor is ANONYMOUS and not (self._anonymous or route.entry):
                raise Unauthorized("Anonymous access is not allowed: log in")
            if route.fresh:
                self._callers.require_fresh(caller)
            try:
                request.state.permit = await self._permit(route, request, caller.actor)
            except NameUnknown:
                if not route.absent:
                    raise
                request.state.permit = None

        return check

    async def actor(self, request: Request) -> Actor:
        """Return who calls, whatever for; raises Unauthorized and AccessTokenExpired."""
        bearer = bearer_of(request)
        if bearer:
            return (await self._callers.identify(bearer)).actor
        public = self._address.request(request.scope, request.receive)
        return (await self._by_cookie(request, public, self._cookies.read(request, public))).actor

    async def _by_cookie(self, request: Request, public: PublicRequest, cookie: str) -> Caller:
        caller = await self._callers.identify("", cookie)
        if caller.extended:
            add_header(request, self._cookies.write(public, cookie))
        return caller

    async def _identify(self, route: Route, request: Request) -> Caller:
        """Return the caller, by an access token or else by a cookie, which any page may make a browser send."""
        bearer = bearer_of(request)
        if bearer:
            return await self._callers.identify(bearer)
        if (
            route.direct
            and (known := await self._direct.caller(request, public_of(request).peer)) is not None
        ):
            return known
        if route.method in _SAFE and not route.page and route.permission is not Permission.NONE:
            self._browsers.require_xhr(request)
        public = public_of(request)
        cookie = self._cookies.read(request, public)
        caller = await self._by_cookie(request, public, cookie)
        # Without a session there is nothing that another site could make use of, but a login (or a sign-up).
        if route.method not in _SAFE and (caller.session is not None or route.permission is Permission.NONE):
            token = await self._browsers.require_own_page(request, public, cookie)
            add_header(request, (NEXT_TOKEN_HEADER, token.encode()))
        return caller

    async def _permit(self, route: Route, request: Request, actor: Actor) -> Permit | None:
        gate, permission, reading = self.gate, route.permission, route.method in _SAFE
        if permission is Permission.NONE:
            return None
        if permission in _ACCOUNTS:
            return await gate.account(actor)
        if permission is Permission.SUPERUSER:
            return await gate.registry(actor, reading=reading)
        if permission in _NAMESPACE_ROLES:
            name, needed = request.path_params["organization"], _NAMESPACE_ROLES[permission]
            return await gate.namespace(actor, name, needed, reading=reading, organization=True)
        repository = parse_repository(request.path_params["repository"])
        return await gate.repository(actor, repository, _REPOSITORY_ROLES[permission], reading=reading)


def add_header(request: Request, header: tuple[bytes, bytes]) -> None:
    """Add a header to the answer, whatever it will be; another of the same name is replaced."""
    headers: list[tuple[bytes, bytes]] = request.scope.setdefault(ANSWER_HEADERS, [])
    headers[:] = [known for known in headers if known[0] != header[0]] + [header]


def public_of(request: Request) -> PublicRequest:
    """Return the request as the public sees it."""
    public: PublicRequest = request.state.public
    return public


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


def is_absent(request: Request) -> bool:
    """Tell whether a route with ``absent`` has nothing to act on, and so no permit."""
    return request.state.permit is None


def bearer_of(request: Request) -> str:
    """Return the Bearer token of a request, "" when it brings none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _require_scope(route: Route, actor: Actor) -> None:
    if actor is ANONYMOUS or actor.scopes is None:
        return
    if route.scope is None:
        if route.permission in ANY_SCOPE:
            return
        raise Denied("this is for people who are signed in, not for access tokens")
    if not covers(actor.scopes, route.scope):
        raise Denied(f"the access token lacks the scope {route.scope.value}")
