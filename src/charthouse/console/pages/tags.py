"""Tags: the list, one of them, and their history with its time machine."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.digests import parse_digest
from charthouse.model.names import parse_tag
from charthouse.model.permissions import Role
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.tags import TagService

from ..rendering import Renderer
from ..visit import Page, Visit
from .charts import ChartPages
from .images import ImagePages

_PAGE = 50


class TagPages:
    """Pages of a repository's tags."""

    def __init__(self, renderer: Renderer, tags: TagService, images: ImagePages, charts: ChartPages) -> None:
        self._renderer = renderer
        self._tags = tags
        self._images = images
        self._charts = charts

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.tags": self.tags,
            "console.tag": self.tag,
            "console.history": self.history,
            "console.history.restore": self.restore,
        }

    async def tags(self, visit: Visit) -> Response:
        """Answer GET …/-/tags."""
        permit = visit.permit_of(RepositoryPermit)
        part, number = visit.field("q"), visit.page_number()
        lives, more = await self._tags.lives(permit, live=True, part=part, page=number, limit=_PAGE)
        return self._renderer.page(
            visit, "tags.html", permit=permit, lives=lives, more=more, number=number, part=part
        )

    async def tag(self, visit: Visit) -> Response:
        """Answer GET …/-/tags/{tag}: a chart has a page of its own."""
        permit = visit.permit_of(RepositoryPermit)
        life = await self._tags.live(permit, parse_tag(visit.name("tag")))
        if await self._charts.shows(permit, life):
            return await self._charts.version(visit, permit, life)
        return await self._images.show(visit, permit, life.digest, life)

    async def history(self, visit: Visit) -> Response:
        """Answer GET …/-/history."""
        permit = visit.permit_of(RepositoryPermit)
        number = visit.page_number()
        lives, more = await self._tags.lives(permit, page=number, limit=_PAGE)
        return self._renderer.page(
            visit,
            "history.html",
            permit=permit,
            lives=lives,
            restorable={life.start_ms: _can_return(permit, life) for life in lives},
            more=more,
            number=number,
        )

    async def restore(self, visit: Visit) -> Response:
        """Answer POST …/-/restore."""
        permit = visit.permit_of(RepositoryPermit)
        form = await visit.form()
        name, digest = parse_tag(form.text("tag")), parse_digest(form.text("digest"))
        await self._tags.restore(permit, name, digest)
        notice = visit.gettext("%(tag)s is back.") % {"tag": name}
        return visit.went_well(f"/{permit.repository}/-/tags/{name}", notice)


def _can_return(permit: RepositoryPermit, life: TagLife) -> bool:
    return permit.role >= Role.WRITE and not permit.observer and life.end_ms is not None
