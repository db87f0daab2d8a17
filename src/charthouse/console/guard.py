"""From a request for a page to a visit: the session's caller, and the permit that the route asks of the gate."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from starlette.requests import Request

from charthouse.api.kit.browsers import Browsers
from charthouse.api.kit.cookies import Cookies
from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import Unauthorized
from charthouse.model.names import parse_repository
from charthouse.model.permissions import Actor, ActorKind, NamespaceRole, Role
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import Permit
from charthouse.services.access.standstill import Standstill
from charthouse.services.identity.callers import Callers
from charthouse.services.identity.csrf import CsrfTokens, is_cookie
from charthouse.services.identity.sessions import new_cookie

from .banners import Banners
from .languages import Languages
from .notices import read_notice
from .visit import KEYS_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, THEMES, Visit, is_unattended

_REPOSITORY_ROLES: Mapping[Permission, Role] = {
    Permission.READ: Role.READ,
    Permission.WRITE: Role.WRITE,
    Permission.ADMIN: Role.ADMIN,
}
_NAMESPACE_ROLES: Mapping[Permission, NamespaceRole] = {
    Permission.NAMESPACE: NamespaceRole.NONE,
    Permission.MEMBER: NamespaceRole.MEMBER,
    Permission.ORGANIZATION_ADMIN: NamespaceRole.ADMIN,
}


class Guard:
    """Lets visits in. A form is believed only when it comes from a page of ours."""

    def __init__(
        self,
        callers: Callers,
        gate: Gate,
        address: PublicAddress,
        cookies: Cookies,
        csrf: CsrfTokens,
        languages: Languages,
        banners: Banners,
        standstill: Standstill,
        *,
        anonymous: bool,
    ) -> None:
        self._callers = callers
        self._gate = gate
        self._address = address
        self._cookies = cookies
        self._csrf = csrf
        self._browsers = Browsers(csrf)
        self._languages = languages
        self._banners = banners
        self._standstill = standstill
        self._anonymous = anonymous

    async def stranger(self, request: Request) -> Visit:
        """Return the visit of somebody who is only told why not."""
        return await self._visit(request)

    async def admit(self, route: Route, request: Request) -> Visit:
        """Return the visit; raises what the gate refuses, CsrfRefused, Unauthorized."""
        visit = await self._visit(request)
        if route.method == "POST":
            if route.permission is not Permission.NONE:
                self._standstill.refuse_change()
            await self._browsers.require_own_page(request, visit.public, visit.cookie)
        if not (visit.signed_in or self._anonymous or route.entry):
            raise Unauthorized("Anonymous access is not allowed: log in")
        if route.fresh and visit.signed_in:
            self._callers.require_fresh(visit.caller)
        return msgspec.structs.replace(visit, permit=await self._permit(route, request, visit.actor))

    async def _visit(self, request: Request) -> Visit:
        public = self._address.request(request.scope, request.receive)
        cookie = self._cookies.read(request, public)
        caller = await self._callers.identify("", cookie, unattended=is_unattended(request))
        if caller.extended:
            add_header(request, self._cookies.write(public, cookie))
        if not is_cookie(cookie):
            cookie = new_cookie()
            add_header(request, self._cookies.write(public, cookie))
        theme = request.cookies.get(THEME_COOKIE, "")
        language = self._languages.choose(
            request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")
        )
        told = caller.actor.kind is not ActorKind.ANONYMOUS or self._anonymous
        return Visit(
            request=request,
            public=public,
            caller=caller,
            permit=None,
            cookie=cookie,
            csrf=self._csrf.masked(cookie),
            language=language,
            translations=self._languages.translations(language),
            theme=theme if theme in THEMES else "auto",
            keys=request.cookies.get(KEYS_COOKIE) != "off",
            banners=await self._banners.newest() if told else (),
            notice=read_notice(request) if request.method == "GET" and not is_unattended(request) else "",
        )

    async def _permit(self, route: Route, request: Request, actor: Actor) -> Permit | None:
        permission, reading = route.permission, route.method == "GET"
        if permission in _NAMESPACE_ROLES:
            name, needed = request.path_params["organization"], _NAMESPACE_ROLES[permission]
            personal = needed > NamespaceRole.NONE
            return await self._gate.namespace(actor, name, needed, reading=reading, personal=personal)
        if permission in _REPOSITORY_ROLES:
            repository = parse_repository(request.path_params["repository"])
            role = _REPOSITORY_ROLES[permission]
            return await self._gate.repository(actor, repository, role, reading=reading)
        if permission is Permission.SUPERUSER:
            return await self._gate.registry(actor, reading=reading)
        if permission is Permission.LOGIN:
            return await self._gate.account(actor)
        if permission is Permission.NONE:
            return None
        raise TypeError(f"no page asks for {permission}")


def add_header(request: Request, header: tuple[bytes, bytes]) -> None:
    """Give the answer to this request a header."""
    request.scope.setdefault(ANSWER_HEADERS, []).append(header)


ANSWER_HEADERS = "charthouse.console_headers"
"""Where in the ASGI scope headers wait for the answer."""
