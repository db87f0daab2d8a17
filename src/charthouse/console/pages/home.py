"""The first page, search, and what belongs to the person in front of it: language, theme, the way out."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.sessions import Sessions
from charthouse.services.people.search import Search
from charthouse.services.registry.listings import Listings, ListQuery

from ..addresses import local_path
from ..languages import LANGUAGES
from ..rendering import Renderer
from ..visit import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, Page, Visit

_YEAR = 365 * 86_400


class HomePages:
    """Pages that are about no repository."""

    def __init__(self, renderer: Renderer, listings: Listings, search: Search, sessions: Sessions) -> None:
        self._renderer = renderer
        self._listings = listings
        self._search = search
        self._sessions = sessions

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.home": self.home,
            "console.search": self.search,
            "console.about": self.about,
            "console.preferences": self.preferences,
            "console.sign_out": self.sign_out,
        }

    async def home(self, visit: Visit) -> Response:
        """Answer GET /."""
        starred = []
        if visit.signed_in:
            starred = (await self._listings.page(visit.actor, ListQuery(starred=True))).found
        query = ListQuery(public=True, popularity=True, after=visit.field("after"))
        listed = await self._listings.page(visit.actor, query)
        return self._renderer.page(visit, "home.html", starred=starred, listed=listed)

    async def search(self, visit: Visit) -> Response:
        """Answer GET /search."""
        text = visit.field("q")
        results = await self._search.repositories(visit.actor, text, visit.page_number()) if text else None
        return self._renderer.page(visit, "search.html", text=text, results=results)

    async def about(self, visit: Visit) -> Response:
        """Answer GET /-/about."""
        return self._renderer.page(visit, "about.html")

    async def preferences(self, visit: Visit) -> Response:
        """Answer POST /-/preferences: both are kept in cookies, so that a page has them when it is made."""
        form = await visit.form()
        answer = visit.went_well(local_path(form.text("back")))
        for field, cookie, known in (
            ("language", LANGUAGE_COOKIE, tuple(LANGUAGES)),
            ("theme", THEME_COOKIE, THEMES),
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
