"""How an application comes to a token, in front of the user's browser (RFC 6749 § 4.1, § 4.2).

The paths and fields are Quay's. Whatever is wrong with a request is told on a page; a browser is sent to an
application only with what its user has decided, or has decided before.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from charthouse.api.kit.cookies import Cookies
from charthouse.api.kit.forms import form_fields, single
from charthouse.model.permissions import NamespaceRole
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.csrf import CsrfTokens
from charthouse.services.oauth.assignments import Offers
from charthouse.services.oauth.consent import Consent
from charthouse.services.oauth.redirects import form_source
from charthouse.services.oauth.requests import AccessRequest, RequestReader

from .endpoints import Endpoints
from .guard import caller_of, permit_of, public_of
from .html import LANDING_SCRIPT, Html
from .oauth_applications import information
from .scope_views import scope_views

_KEPT = (
    "client_id", "redirect_uri", "scope", "state", "response_type", "code_challenge", "code_challenge_method",
    "assignment_uuid",
)  # fmt: skip
"""Fields of a request that the consent page hands on."""


class FlowHandlers:
    """Asks users, and does what they decide. ``landing`` is the path of the registry's own landing page."""

    def __init__(
        self,
        requests: RequestReader,
        consent: Consent,
        offers: Offers,
        gate: Gate,
        html: Html,
        cookies: Cookies,
        csrf: CsrfTokens,
        *,
        landing: str,
    ) -> None:
        self._requests = requests
        self._consent = consent
        self._offers = offers
        self._gate = gate
        self._html = html
        self._cookies = cookies
        self._csrf = csrf
        self._landing = landing

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "oauth.authorize": self.authorize,
            "oauth.authorize_application": self.grant,
            "oauth.deny_application": self.deny,
            "oauth.assign_user": self.assign,
            "oauth.landing": self.landing,
        }

    async def authorize(self, request: Request) -> Response:
        """Answer GET /oauth/authorize: ask the user, unless all that is asked for has been granted before."""
        fields = single(request.query_params.multi_items())
        permit = permit_of(request, AccountPermit)
        asked = await self._read(request, fields)
        if await self._consent.is_given(permit, asked):
            return _sent_to(await self._consent.grant(permit, asked, _issuer(request)))
        public = public_of(request)
        scopes = scope_views(asked.ordered)
        token = self._csrf.of(self._cookies.read(request, public))
        kept = [(name, fields[name]) for name in _KEPT if name in fields]
        values = {
            "title": "Authorize",
            "application": information(asked.application),
            "host": public.host,
            "username": permit.account.name,
            "scopes": scopes,
            "dangerous": any(scope["dangerous"] for scope in scopes),
            "redirect_uri": asked.redirect_uri,
            "fields": [*kept, ("_csrf_token", token)],
        }
        # Browsers hold the redirect that answers a form to the same rule as the form.
        leads_to = f"'self' {form_source(asked.redirect_uri)}"
        return self._html.page("consent.html", values, form_action=leads_to)

    async def grant(self, request: Request) -> Response:
        """Answer POST /oauth/authorizeapp."""
        permit = permit_of(request, AccountPermit)
        asked = await self._read(request, single(await form_fields(request)))
        return _sent_to(await self._consent.grant(permit, asked, _issuer(request)))

    async def deny(self, request: Request) -> Response:
        """Answer POST /oauth/denyapp."""
        permit = permit_of(request, AccountPermit)
        asked = await self._read(request, single(await form_fields(request)))
        return _sent_to(await self._consent.deny(permit, asked, _issuer(request)))

    async def assign(self, request: Request) -> Response:
        """Answer POST /oauth/authorize/assignuser: offer a user a token of an organization's application."""
        fields = single([*request.query_params.multi_items(), *await form_fields(request)])
        actor = caller_of(request).actor
        asked = await self._read(request, fields)
        permit = await self._gate.namespace(
            actor, asked.application.owner.name, NamespaceRole.ADMIN, reading=False
        )
        await self._offers.make(permit, asked, fields.get("username", ""))
        return self._html.message("Token assigned", "Token assigned successfully")

    async def landing(self) -> Response:
        """Answer GET of the landing page, which shows the token that stands in its address."""
        return self._html.page("landing.html", {"title": "Access token"}, script=LANDING_SCRIPT)

    async def _read(self, request: Request, fields: Mapping[str, str]) -> AccessRequest:
        return await self._requests.read(fields, _issuer(request) + self._landing)


def _issuer(request: Request) -> str:
    public = public_of(request)
    return f"{public.scheme}://{public.host}"


def _sent_to(location: str) -> Response:
    """Send the browser on; the address may hold a token, so nothing keeps it and no page learns where it came from."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    answer = RedirectResponse("", 302, headers)
    answer.headers["location"] = location
    return answer
