"""Several tags at once: what would happen to each is shown first, and what failed is told tag by tag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from charthouse.model.errors import InvalidRequest, RegistryError
from charthouse.model.names import Tag, parse_tag
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.tag_shelf import TagRow, TagShelf
from charthouse.services.registry.tag_timeline import Timeline
from charthouse.services.registry.tags import TagService

from ..rendering import Renderer
from ..tag_choosing import end_of_day
from ..visit import Form, Page, Visit

_MOST = 100
"""Tags at a time: as many as the longest page has."""


class Failure(msgspec.Struct, frozen=True):
    """A tag that stayed as it was, and why."""

    name: str
    reason: str


class TagBatches:
    """Deletes several tags, or gives them a date."""

    def __init__(self, renderer: Renderer, tags: TagService, shelf: TagShelf, timeline: Timeline) -> None:
        self._renderer = renderer
        self._tags = tags
        self._shelf = shelf
        self._timeline = timeline

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.tags.review": self.review,
            "console.tags.delete": self.delete,
            "console.tags.expire": self.expire,
        }

    async def review(self, visit: Visit) -> Response:
        """Answer POST …/-/tags/review: shows what would happen, and asks once more."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        deleting = form.text("act") != "expire"
        names = _chosen(visit, form)
        rows = await self._shelf.named(permit, names)
        skipped = [row for row in rows if self._is_fixed(row, deleting=deleting)]
        found = {str(row.life.name) for row in rows}
        return self._renderer.page(
            visit,
            "images/review.html",
            permit=permit,
            deleting=deleting,
            rows=[row for row in rows if row not in skipped],
            skipped=skipped,
            gone=[name for name in names if name not in found],
            until_ms=await self._timeline.kept_until_ms(permit),
        )

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/-/tags/delete."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()

        async def delete(name: Tag) -> None:
            await self._tags.delete(permit, name)

        done, failures = await _each(_chosen(visit, form), delete)
        words = visit.ngettext("%(count)d tag was deleted.", "%(count)d tags were deleted.", done)
        return self._told(visit, permit, words % {"count": done}, failures)

    async def expire(self, visit: Visit) -> Response:
        """Answer POST …/-/tags/expire: sets a date, or takes it away."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        at_ms = None if form.text("when") == "never" else end_of_day(form.text("date"))

        async def expire(name: Tag) -> None:
            await self._tags.change(permit, name, expires_ms=at_ms)

        done, failures = await _each(_chosen(visit, form), expire)
        words = visit.ngettext("%(count)d tag was changed.", "%(count)d tags were changed.", done)
        return self._told(visit, permit, words % {"count": done}, failures)

    def _is_fixed(self, row: TagRow, *, deleting: bool) -> bool:
        return row.life.immutable and (deleting or not self._tags.rules.can_expire)

    def _told(self, visit: Visit, permit: RepositoryPermit, words: str, failures: list[Failure]) -> Response:
        if not failures:
            return visit.went_well(f"/{permit.repository}/-/tags", words)
        return self._renderer.page(visit, "images/report.html", permit=permit, words=words, failures=failures)


async def _each(names: list[str], change: Callable[[Tag], Awaitable[None]]) -> tuple[int, list[Failure]]:
    """Change one after another; returns how many were, and why the others were not."""
    done, failures = 0, []
    for name in names:
        try:
            await change(parse_tag(name))
        except RegistryError as error:
            failures.append(Failure(name[:128], error.message))
        else:
            done += 1
    return done, failures


def _chosen(visit: Visit, form: Form) -> list[str]:
    names = list(dict.fromkeys(form.several("tag")))
    if not names:
        raise InvalidRequest(visit.gettext("Choose some tags first."))
    if len(names) > _MOST:
        raise InvalidRequest(visit.gettext("Choose at most %(count)d tags at a time.") % {"count": _MOST})
    return names
