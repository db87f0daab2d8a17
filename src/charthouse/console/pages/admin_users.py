"""All users, as superusers see and change them."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.services.access.permits import RegistryPermit
from charthouse.services.superusers.organizations import Organizations
from charthouse.services.superusers.people import People
from charthouse.services.superusers.totals import TotalsService

from ..confirming import require_typed
from ..rendering import Renderer
from ..visit import Page, Visit

PAGE = 50
HERE = "/-/admin/users"


class AdminUserPages:
    """The list of users, and a page for each."""

    def __init__(
        self, renderer: Renderer, people: People, organizations: Organizations, totals: TotalsService
    ) -> None:
        self._renderer = renderer
        self._people = people
        self._organizations = organizations
        self._totals = totals

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.admin.users": self.users,
            "console.admin.users.create": self.create,
            "console.admin.user": self.user,
            "console.admin.user.email": self.email,
            "console.admin.user.password": self.password,
            "console.admin.user.enabled": self.enabled,
            "console.admin.user.takeover": self.take_over,
            "console.admin.user.delete": self.delete,
        }

    async def users(self, visit: Visit) -> Response:
        """Answer GET /-/admin/users."""
        permit = visit.permit_of(RegistryPermit)
        part, disabled = visit.field("q"), visit.field("state") != "enabled"
        found = await self._people.page(permit, visit.field("after"), PAGE + 1, disabled=disabled, part=part)
        return self._renderer.page(
            visit,
            "admin/users.html",
            permit=permit,
            found=[(account, self._people.is_superuser(account)) for account in found[:PAGE]],
            after=found[PAGE - 1].name if len(found) > PAGE else "",
            part=part,
            disabled=disabled,
        )

    async def create(self, visit: Visit) -> Response:
        """Answer POST /-/admin/users: the only page that ever shows the password."""
        form = await visit.form()
        made = await self._people.add(
            visit.permit_of(RegistryPermit), form.text("username"), form.text("email")
        )
        return self._renderer.page(visit, "admin/user_made.html", made=made)

    async def user(self, visit: Visit) -> Response:
        """Answer GET /-/admin/users/{username}."""
        permit = visit.permit_of(RegistryPermit)
        account = await self._people.get(permit, visit.name("username"))
        return self._renderer.page(
            visit,
            "admin/user.html",
            permit=permit,
            account=account,
            holdings=await self._totals.namespace(permit, account),
            is_superuser=self._people.is_superuser(account),
        )

    async def email(self, visit: Visit) -> Response:
        """Answer POST …/email."""
        name, form = visit.name("username"), await visit.form()
        await self._people.change(visit.permit_of(RegistryPermit), name, email=form.text("email"))
        return self._changed(visit, name, visit.gettext("The e-mail address is changed."))

    async def password(self, visit: Visit) -> Response:
        """Answer POST …/password."""
        name, form = visit.name("username"), await visit.form()
        await self._people.change(visit.permit_of(RegistryPermit), name, password=form.raw("new_password"))
        words = visit.gettext("%(name)s has a new password, and is signed out everywhere.") % {"name": name}
        return self._changed(visit, name, words)

    async def enabled(self, visit: Visit) -> Response:
        """Answer POST …/enabled."""
        name = visit.name("username")
        enabled = (await visit.form()).text("enabled") == "yes"
        await self._people.change(visit.permit_of(RegistryPermit), name, enabled=enabled)
        words = visit.gettext("%(name)s is disabled.")
        if enabled:
            words = visit.gettext("%(name)s is enabled.")
        return self._changed(visit, name, words % {"name": name})

    async def take_over(self, visit: Visit) -> Response:
        """Answer POST …/takeover."""
        name = visit.name("username")
        require_typed(visit, await visit.form(), name)
        permit = visit.permit_of(RegistryPermit)
        account = await self._people.get(permit, name)
        await self._organizations.take_over(permit, account.name)
        words = visit.gettext("%(name)s is an organization now, and you administer it.") % {"name": name}
        return visit.went_well(f"/{name}", words)

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        name = visit.name("username")
        require_typed(visit, await visit.form(), name)
        await self._people.remove(visit.permit_of(RegistryPermit), name)
        return visit.went_well(HERE, visit.gettext("%(name)s is deleted.") % {"name": name})

    def _changed(self, visit: Visit, name: str, words: str) -> Response:
        return visit.went_well(f"{HERE}/{name}", words)
