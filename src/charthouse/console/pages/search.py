"""Search over the whole registry; the whole name of a repository opens it."""

from __future__ import annotations

from starlette.responses import JSONResponse, RedirectResponse, Response

from charthouse.ports.overviews import Order, View
from charthouse.services.access.gate import Gate
from charthouse.services.people.search import Search
from charthouse.services.registry.listings import Choice, Chosen, Listings

from ..choosing import filters_of
from ..references import read_reference
from ..rendering import Renderer
from ..visit import Page, Visit

_SHORTEST = 2
"""Characters from which on something is suggested."""
_SUGGESTED = 8
_KEPT_BY_NOBODY = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
_ONLY_TEXT = {"q"}
"""Fields of the search in the header; the form on the page has others beside it."""


class SearchPages:
    """The page of results."""

    def __init__(self, renderer: Renderer, gate: Gate, listings: Listings, search: Search) -> None:
        self._renderer = renderer
        self._gate = gate
        self._listings = listings
        self._search = search

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.search": self.search,
            "console.suggestions": self.suggestions,
            "console.opensearch": self.opensearch,
        }

    async def suggestions(self, visit: Visit) -> Response:
        """Answer GET /-/suggestions: a JSON list of names, for the search that is on every page."""
        text = visit.field("q")
        found: list[Chosen] = []
        if len(text) >= _SHORTEST:
            choice = Choice(text=text, order=Order.MATCH, size=_SUGGESTED)
            found, _ = await self._listings.choices(visit.actor, choice)
        return JSONResponse([one.overview.repository for one in found], headers=_KEPT_BY_NOBODY)

    async def opensearch(self, visit: Visit) -> Response:
        """Answer GET /opensearch.xml."""
        answer = self._renderer.page(visit, "opensearch.xml")
        answer.headers["Content-Type"] = "application/opensearchdescription+xml"
        return answer

    async def search(self, visit: Visit) -> Response:
        """Answer GET /search."""
        filters = filters_of(visit, sort="match")
        if set(visit.request.query_params) == _ONLY_TEXT:
            wanted = read_reference(filters.text, visit.public.host)
            if wanted is not None and await self._gate.sees(visit.actor, wanted.repository):
                return RedirectResponse(wanted.address, 303)
        found, more = await self._listings.choices(visit.actor, filters.choice(View.READABLE))
        namespaces = []
        if filters.text and filters.page == 1:
            namespaces = await self._search.namespaces(visit.actor, filters.text)
        return self._renderer.page(
            visit,
            "search.html",
            text=filters.text,
            filters=filters,
            found=found,
            more=more,
            namespaces=namespaces,
        )
