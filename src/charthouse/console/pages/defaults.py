"""Default permissions: what a new repository of an organization grants, by who makes it."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.people.defaults import Defaults
from charthouse.services.people.organizations import Organizations

from ..organizations import organization_of
from ..rendering import Renderer
from ..roles import repository_role
from ..visit import Page, Visit

_TEAM = "team"


class DefaultPages:
    """The page of an organization's default permissions, and its forms."""

    def __init__(self, renderer: Renderer, organizations: Organizations, defaults: Defaults) -> None:
        self._renderer = renderer
        self._organizations = organizations
        self._defaults = defaults

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.defaults": self.defaults,
            "console.defaults.create": self.create,
            "console.defaults.change": self.change,
            "console.defaults.delete": self.delete,
        }

    async def defaults(self, visit: Visit) -> Response:
        """Answer GET …/-/defaults."""
        permit = organization_of(visit)
        view = await self._organizations.view(permit)
        return self._renderer.page(
            visit,
            "organizations/defaults.html",
            permit=permit,
            defaults=await self._defaults.all(permit),
            teams=[found.team.name for found in view.teams or ()],
        )

    async def create(self, visit: Visit) -> Response:
        """Answer POST …/-/defaults; one for the same people changes what they were granted before."""
        permit = organization_of(visit)
        form = await visit.form()
        role, kind = repository_role(visit, form), form.text("kind")
        delegate = form.text("team") if kind == _TEAM else form.text("account")
        if not delegate:
            raise InvalidRequest(visit.gettext("Say who shall have it."))
        creator = form.text("creator") or None
        await self._defaults.add(permit, role, delegate, to_team=kind == _TEAM, creator=creator)
        return visit.went_well(_address(permit), visit.gettext("It holds for what is made from now on."))

    async def change(self, visit: Visit) -> Response:
        """Answer POST …/change."""
        permit = organization_of(visit)
        role = repository_role(visit, await visit.form())
        await self._defaults.change(permit, visit.name("default"), role)
        return visit.went_well(_address(permit), visit.gettext("It holds for what is made from now on."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete; what repositories have granted by it stays."""
        permit = organization_of(visit)
        await self._defaults.remove(permit, visit.name("default"))
        notice = visit.gettext("It is gone. What repositories grant already stays.")
        return visit.went_well(_address(permit), notice)


def _address(permit: NamespacePermit) -> str:
    return f"/{permit.namespace.name}/-/defaults"
