"""The first page, and what belongs to the person in front of it: language, theme, the way out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from charthouse.ports.overviews import Order, View
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.sessions import Sessions
from charthouse.services.identity.users import Users
from charthouse.services.registry.listings import Choice, Listings

from ..addresses import local_path
from ..languages import LANGUAGES
from ..rendering import Renderer
from ..visit import KEYS, KEYS_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, THEMES, Page, Visit

_YEAR = 365 * 86_400
_RECENT = 10
"""Repositories of the caller's own that the first page shows."""
_STARRED = 100
_PUBLIC = 25


class HomePages:
    """Pages that are about no repository."""

    def __init__(
        self, renderer: Renderer, gate: Gate, listings: Listings, users: Users, sessions: Sessions
    ) -> None:
        self._renderer = renderer
        self._gate = gate
        self._listings = listings
        self._users = users
        self._sessions = sessions

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.home": self.home,
            "console.about": self.about,
            "console.preferences": self.preferences,
            "console.sign_out": self.sign_out,
        }

    async def home(self, visit: Visit) -> Response:
        """Answer GET /: what is the caller's own, or what is public; a fresh registry wants its first user."""
        if visit.signed_in:
            return await self._own(visit)
        if await self._users.awaits_first():
            return RedirectResponse("/-/first-user", 303)
        newest = Choice(order=Order.MODIFIED, size=_PUBLIC)
        found, more = await self._listings.choices(visit.actor, newest)
        return self._renderer.page(visit, "public.html", found=found, more=more)

    async def _own(self, visit: Visit) -> Response:
        owner = await self._gate.account(visit.actor)
        own = Choice(view=View.OWN, order=Order.MODIFIED, size=_RECENT)
        recent, _ = await self._listings.choices(visit.actor, own)
        starred, _ = await self._listings.choices(visit.actor, Choice(view=View.STARRED, size=_STARRED))
        memberships = await self._users.memberships(owner.account)
        return self._renderer.page(
            visit, "home.html", recent=recent, starred=starred, memberships=memberships
        )

    async def about(self, visit: Visit) -> Response:
        """Answer GET /-/about."""
        return self._renderer.page(visit, "about.html")

    async def preferences(self, visit: Visit) -> Response:
        """Answer POST /-/preferences: they are kept in cookies, so that a page has them when it is made."""
        form = await visit.form()
        answer = visit.went_well(local_path(form.text("back")))
        for field, cookie, known in (
            ("language", LANGUAGE_COOKIE, tuple(LANGUAGES)),
            ("theme", THEME_COOKIE, THEMES),
            ("keys", KEYS_COOKIE, KEYS),
        ):
            wished = form.text(field)
            if wished in known:
                answer.set_cookie(
                    cookie, wished, _YEAR, samesite="lax", secure=visit.public.scheme == "https"
                )
        return answer

    async def sign_out(self, visit: Visit) -> Response:
        """Answer POST /-/signout: this session ends; the others are ended where they are listed."""
        if visit.caller.session is not None:
            await self._sessions.end(visit.permit_of(AccountPermit), visit.caller.session.uuid)
        return visit.went_well("/", visit.gettext("You are signed out."))
