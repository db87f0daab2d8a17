"""Search over the whole registry; the whole name of a repository opens it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from charthouse.ports.overviews import View
from charthouse.services.access.gate import Gate
from charthouse.services.people.search import Search
from charthouse.services.registry.listings import Listings

from ..choosing import filters_of
from ..references import read_reference
from ..rendering import Renderer
from ..visit import Page, Visit

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
        return {"console.search": self.search, "console.opensearch": self.opensearch}

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
