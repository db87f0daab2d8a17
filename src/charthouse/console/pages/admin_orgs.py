"""All organizations, as superusers see and change them."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.access.permits import RegistryPermit
from charthouse.services.superusers.organizations import Organizations
from charthouse.services.superusers.totals import TotalsService

from ..confirming import require_typed
from ..rendering import Renderer
from ..visit import Page, Visit
from .admin_users import PAGE

HERE = "/-/admin/orgs"


class AdminOrganizationPages:
    """The list of organizations, and a page for each."""

    def __init__(self, renderer: Renderer, organizations: Organizations, totals: TotalsService) -> None:
        self._renderer = renderer
        self._organizations = organizations
        self._totals = totals

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.admin.orgs": self.organizations,
            "console.admin.org": self.organization,
            "console.admin.org.rename": self.rename,
            "console.admin.org.takeover": self.take_over,
            "console.admin.org.delete": self.delete,
        }

    async def organizations(self, visit: Visit) -> Response:
        """Answer GET /-/admin/orgs."""
        part = visit.field("q")
        permit = visit.permit_of(RegistryPermit)
        found = await self._organizations.page(permit, visit.field("after"), PAGE + 1, part)
        return self._renderer.page(
            visit,
            "admin/orgs.html",
            found=found[:PAGE],
            after=found[PAGE - 1].name if len(found) > PAGE else "",
            part=part,
        )

    async def organization(self, visit: Visit) -> Response:
        """Answer GET /-/admin/orgs/{name}."""
        permit = visit.permit_of(RegistryPermit)
        account = await self._organizations.get(permit, visit.name("name"))
        holdings = await self._totals.namespace(permit, account)
        return self._renderer.page(visit, "admin/org.html", permit=permit, account=account, holdings=holdings)

    async def rename(self, visit: Visit) -> Response:
        """Answer POST …/rename."""
        name, new_name = visit.name("name"), (await visit.form()).text("new_name")
        renamed = await self._organizations.rename(visit.permit_of(RegistryPermit), name, new_name)
        words = visit.gettext("%(name)s is called %(new_name)s now.")
        return visit.went_well(f"{HERE}/{renamed.name}", words % {"name": name, "new_name": renamed.name})

    async def take_over(self, visit: Visit) -> Response:
        """Answer POST …/takeover."""
        permit = visit.permit_of(RegistryPermit)
        account = await self._organizations.get(permit, visit.name("name"))
        await self._organizations.take_over(permit, account.name)
        words = visit.gettext("You administer %(name)s now.") % {"name": account.name}
        return visit.went_well(f"/{account.name}", words)

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        name = visit.name("name")
        require_typed(visit, await visit.form(), name)
        await self._organizations.remove(visit.permit_of(RegistryPermit), name)
        return visit.went_well(HERE, visit.gettext("%(name)s is deleted.") % {"name": name})
