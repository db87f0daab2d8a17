"""Tags: the list, and one of them."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.names import parse_tag
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.tag_shelf import COUNTED, VERSIONS, TagShelf
from charthouse.services.registry.tags import TagService

from ..rendering import Renderer
from ..tag_choosing import SIZES, marks_of, tag_filters
from ..visit import Page, Visit
from .charts import ChartPages
from .images import ImagePages, may_change


class TagPages:
    """Pages of a repository's tags. ``charts`` shows tags of charts, ``images`` those of all else."""

    def __init__(
        self,
        renderer: Renderer,
        tags: TagService,
        shelf: TagShelf,
        images: ImagePages,
        charts: ChartPages,
    ) -> None:
        self._renderer = renderer
        self._tags = tags
        self._shelf = shelf
        self._images = images
        self._charts = charts

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.tags": self.tags, "console.tag": self.tag}

    async def tags(self, visit: Visit) -> Response:
        """Answer GET …/-/tags."""
        permit = visit.permit_of(RepositoryPermit)
        filters = tag_filters(visit)
        found = await self._shelf.page(
            permit,
            part=filters.text,
            order=filters.order,
            signatures=filters.signatures,
            number=filters.page,
            limit=filters.size,
        )
        return self._renderer.page(
            visit,
            "images/tags.html",
            permit=permit,
            filters=filters,
            sizes=SIZES,
            found=found,
            counted=COUNTED,
            versions=VERSIONS,
            marks=marks_of(found.rows),
            may_change=may_change(permit),
        )

    async def tag(self, visit: Visit) -> Response:
        """Answer GET …/-/tags/{tag}: a chart has a page of its own."""
        permit = visit.permit_of(RepositoryPermit)
        life = await self._tags.live(permit, parse_tag(visit.name("tag")))
        if await self._charts.shows(permit, life):
            return await self._charts.version(visit, permit, life)
        return await self._images.show(visit, permit, life.digest, life)
