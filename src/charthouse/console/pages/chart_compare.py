"""Two versions of a chart: which, and what changed from one to the other."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from charthouse.model.errors import NotFound
from charthouse.ports.charts import TaggedChart
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import LARGEST_PAGE, ChartDocuments

from ..charts.changes import changes
from ..rendering import Renderer
from ..visit import Page, Visit

_BETWEEN = "..."


class ComparePages:
    """Pages of comparisons."""

    def __init__(self, renderer: Renderer, documents: ChartDocuments) -> None:
        self._renderer = renderer
        self._documents = documents

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.compare_choice": self.choice, "console.compare": self.compare}

    async def choice(self, visit: Visit) -> Response:
        """Answer GET …/-/compare: a form, which leads to ``before...after`` when both are chosen."""
        permit = visit.permit_of(RepositoryPermit)
        before, after = visit.field("before"), visit.field("after")
        if before and after:
            versions = quote(f"{before}{_BETWEEN}{after}", safe="")
            return RedirectResponse(f"/{permit.repository}/-/compare/{versions}", 303)
        known, more = await self._documents.page(permit, 1, LARGEST_PAGE)
        tags = [str(one.tag) for one in known]
        after = after or (tags[0] if tags else "")
        return self._renderer.page(
            visit,
            "charts/compare.html",
            permit=permit,
            tags=tags,
            more=more,
            before=_older(known, after),
            after=after,
            compared=None,
        )

    async def compare(self, visit: Visit) -> Response:
        """Answer GET …/-/compare/{versions}."""
        permit = visit.permit_of(RepositoryPermit)
        before, between, after = visit.name("versions").partition(_BETWEEN)
        if not (between and before and after):
            raise NotFound("an address of two versions is written before...after")
        compared = await self._documents.comparison(permit, before, after)
        known, more = await self._documents.page(permit, 1, LARGEST_PAGE)
        return self._renderer.page(
            visit,
            "charts/compare.html",
            permit=permit,
            tags=list(dict.fromkeys([*(str(one.tag) for one in known), before, after])),
            more=more,
            before=before,
            after=after,
            compared=compared,
            changes=changes(compared.comparison),
        )


def _older(known: list[TaggedChart], tag: str) -> str:
    """Return the tag of the version before that of ``tag``; of the first one, its own."""
    place = next((number for number, one in enumerate(known) if one.tag == tag), -1)
    older = known[place + 1 :]
    return str(older[0].tag) if older else tag
