"""What happened to tags, and the way back."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.names import parse_tag
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.tag_shelf import TagShelf
from charthouse.services.registry.tag_timeline import Timeline
from charthouse.services.registry.tags import TagService

from ..rendering import Renderer
from ..timelines import by_day
from ..visit import Page, Visit
from .images import digest_named, may_change

_PAGE = 50


class HistoryPages:
    """The timeline of a repository's tags, and what brings one back."""

    def __init__(self, renderer: Renderer, tags: TagService, shelf: TagShelf, timeline: Timeline) -> None:
        self._renderer = renderer
        self._tags = tags
        self._shelf = shelf
        self._timeline = timeline

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.history": self.history,
            "console.restore": self.review,
            "console.restore.confirm": self.restore,
        }

    async def history(self, visit: Visit) -> Response:
        """Answer GET …/-/history."""
        permit = visit.permit_of(RepositoryPermit)
        name, number = visit.field("tag"), visit.page_number()
        moments, more = await self._timeline.page(permit, name=name, number=number, limit=_PAGE)
        return self._renderer.page(
            visit,
            "images/history.html",
            permit=permit,
            name=name,
            days=by_day(moments),
            number=number,
            more=more,
            may_change=may_change(permit),
        )

    async def review(self, visit: Visit) -> Response:
        """Answer GET …/-/restore: says what would replace what, and asks."""
        permit = visit.permit_of(RepositoryPermit)
        name = parse_tag(visit.typed.get("tag") or visit.field("tag"))
        digest = digest_named(visit.typed.get("digest") or visit.field("digest"))
        now = await self._shelf.named(permit, [name])
        return self._renderer.page(
            visit,
            "images/restore.html",
            permit=permit,
            name=name,
            digest=digest,
            now=now[0] if now else None,
            earlier=await self._timeline.restorable(permit, name, digest),
            until_ms=await self._timeline.kept_until_ms(permit),
            may_change=may_change(permit),
        )

    async def restore(self, visit: Visit) -> Response:
        """Answer POST …/-/restore."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        name, digest = parse_tag(form.text("tag")), digest_named(form.text("digest"))
        await self._tags.restore(permit, name, digest)
        notice = visit.gettext("%(tag)s is back.") % {"tag": name}
        return visit.went_well(f"/{permit.repository}/-/tags/{name}", notice)
