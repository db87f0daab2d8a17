"""What can be done to one tag: another name, another digest, a date, protection, the end."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.digests import Digest
from charthouse.model.errors import InvalidRequest
from charthouse.model.names import Tag, parse_tag
from charthouse.model.permissions import Role
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.tag_shelf import TagShelf
from charthouse.services.registry.tag_timeline import Timeline
from charthouse.services.registry.tags import TagService

from ..rendering import Renderer
from ..tag_choosing import end_of_day
from ..visit import Page, Visit
from .images import digest_named, may_change


class TagSettings:
    """The page of everything that changes a tag."""

    def __init__(self, renderer: Renderer, tags: TagService, shelf: TagShelf, timeline: Timeline) -> None:
        self._renderer = renderer
        self._tags = tags
        self._shelf = shelf
        self._timeline = timeline

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.tag_settings": self.settings,
            "console.tag_settings.add": self.add,
            "console.tag_settings.move": self.move,
            "console.tag_settings.expire": self.expire,
            "console.tag_settings.protect": self.protect,
            "console.tag_settings.delete": self.delete,
        }

    async def settings(self, visit: Visit) -> Response:
        """Answer GET …/-/tags/{tag}/settings."""
        permit = visit.permit_of(RepositoryPermit)
        life = await self._tags.live(permit, parse_tag(visit.name("tag")))
        return self._renderer.page(
            visit,
            "images/settings.html",
            permit=permit,
            life=life,
            siblings=await self._shelf.siblings(permit, life.digest, life.name),
            rules=self._tags.rules,
            dated=self._tags.rules.can_expire or not life.immutable,
            may_change=may_change(permit),
            may_unlock=permit.role >= Role.ADMIN,
            until_ms=await self._timeline.kept_until_ms(permit),
        )

    async def add(self, visit: Visit) -> Response:
        """Answer POST …/add: another tag for the same digest."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        life = await self._tags.live(permit, parse_tag(visit.name("tag")))
        name = parse_tag(form.text("name"))
        there = await self._shelf.named(permit, [name])
        if there and there[0].life.digest != life.digest and not form.ticked("move"):
            words = visit.gettext("There is a tag %(tag)s already: tick the box to move it here.")
            raise InvalidRequest(words % {"tag": name})
        await self._tags.change(permit, name, digest=life.digest)
        return self._done(visit, permit, name, visit.gettext("%(tag)s points at this now."))

    async def move(self, visit: Visit) -> Response:
        """Answer POST …/move: the tag points at another digest."""
        permit, form, name = visit.permit_of(RepositoryPermit), await visit.form(), self._name(visit)
        await self._tags.live(permit, name)
        await self._tags.change(permit, name, digest=await self._target(permit, form.text("target")))
        return self._done(visit, permit, name, visit.gettext("%(tag)s was moved."))

    async def expire(self, visit: Visit) -> Response:
        """Answer POST …/expire: sets a date, or takes it away."""
        permit, form, name = visit.permit_of(RepositoryPermit), await visit.form(), self._name(visit)
        at_ms = None if form.text("when") == "never" else end_of_day(form.text("date"))
        await self._tags.change(permit, name, expires_ms=at_ms)
        words = (
            visit.gettext("%(tag)s never expires.") if at_ms is None else visit.gettext("%(tag)s has a date.")
        )
        return self._done(visit, permit, name, words)

    async def protect(self, visit: Visit) -> Response:
        """Answer POST …/protect: makes the tag immutable, or mutable again."""
        permit, form, name = visit.permit_of(RepositoryPermit), await visit.form(), self._name(visit)
        immutable = form.text("immutable") == "yes"
        await self._tags.change(permit, name, immutable=immutable)
        words = visit.gettext("%(tag)s is immutable.") if immutable else visit.gettext("%(tag)s may change.")
        return self._done(visit, permit, name, words)

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete: the history can bring it back."""
        permit, name = visit.permit_of(RepositoryPermit), self._name(visit)
        await self._tags.delete(permit, name)
        words = visit.gettext("%(tag)s was deleted. The history can bring it back.") % {"tag": name}
        return visit.went_well(f"/{permit.repository}/-/history?tag={name}", words)

    async def _target(self, permit: RepositoryPermit, text: str) -> Digest:
        return digest_named(text) if ":" in text else (await self._tags.live(permit, parse_tag(text))).digest

    def _name(self, visit: Visit) -> Tag:
        return parse_tag(visit.name("tag"))

    def _done(self, visit: Visit, permit: RepositoryPermit, name: Tag, words: str) -> Response:
        return visit.went_well(f"/{permit.repository}/-/tags/{name}", words % {"tag": name})
