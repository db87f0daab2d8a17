"""What an administrator changes of a repository, and its description, which whoever writes to it changes."""

from __future__ import annotations

from typing import TypeVar

from starlette.responses import Response

from charthouse.model.errors import InvalidRequest
from charthouse.model.names import namespace_of
from charthouse.model.permissions import RepositoryState
from charthouse.services.access.gate import Gate
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.policy import PolicyService
from charthouse.services.people.search import Search
from charthouse.services.registry.administration import Administration
from charthouse.services.registry.immutability import ImmutabilityService
from charthouse.services.registry.listings import Listings
from charthouse.services.registry.sharing import Sharing

from ..addresses import namespace_path
from ..confirming import require_typed
from ..descriptions import Descriptions
from ..rendering import Renderer
from ..roles import REPOSITORY_ROLES, repository_role
from ..visit import Form, Page, Visit

T = TypeVar("T")

_STATES = {"normal": RepositoryState.NORMAL, "read_only": RepositoryState.READ_ONLY}


class RepositorySettingsPages:
    """Two pages and their forms. ``immutable``: tags can be made immutable here."""

    def __init__(
        self,
        renderer: Renderer,
        gate: Gate,
        search: Search,
        listings: Listings,
        administration: Administration,
        sharing: Sharing,
        immutability: ImmutabilityService,
        chart_policies: PolicyService,
        descriptions: Descriptions,
        *,
        immutable: bool,
    ) -> None:
        self._renderer = renderer
        self._gate = gate
        self._search = search
        self._listings = listings
        self._administration = administration
        self._sharing = sharing
        self._immutability = immutability
        self._chart_policies = chart_policies
        self._descriptions = descriptions
        self._immutable = immutable

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.description": self.description,
            "console.description.describe": self.describe,
            "console.repository_settings": self.settings,
            "console.repository_settings.visibility": self.set_visibility,
            "console.repository_settings.state": self.set_state,
            "console.repository_settings.grant": self.grant,
            "console.repository_settings.revoke": self.revoke,
            "console.repository_settings.protect": self.protect,
            "console.repository_settings.unprotect": self.unprotect,
            "console.repository_settings.delete": self.delete,
        }

    async def description(self, visit: Visit) -> Response:
        """Answer GET …/-/description."""
        permit = visit.permit_of(RepositoryPermit)
        chosen = await self._listings.chosen(permit)
        text = visit.typed.get("description", chosen.overview.description)
        return self._renderer.page(
            visit,
            "repositories/description.html",
            permit=permit,
            chosen=chosen,
            seen=await self._descriptions.html(text),
        )

    async def describe(self, visit: Visit) -> Response:
        """Answer POST …/-/description."""
        permit = visit.permit_of(RepositoryPermit)
        text = (await visit.form()).text("description").replace("\r\n", "\n")
        await self._administration.describe(permit, text)
        return visit.went_well(f"/{permit.repository}", visit.gettext("The description is saved."))

    async def settings(self, visit: Visit) -> Response:
        """Answer GET …/-/settings."""
        permit = visit.permit_of(RepositoryPermit)
        return self._renderer.page(
            visit,
            "repositories/settings.html",
            permit=permit,
            chosen=await self._listings.chosen(permit),
            holding=await self._listings.holding(permit),
            accounts=await self._sharing.accounts(permit),
            teams=await self._sharing.teams(permit),
            role_names={role: name for name, role in REPOSITORY_ROLES.items()},
            policies=await self._immutability.all(permit) if self._immutable else None,
            chart_policy=await self._chart_policies.of(permit.repository),
            suggested=[] if permit.observer else await self._suggested(visit, permit),
        )

    async def _suggested(self, visit: Visit, permit: RepositoryPermit) -> list[str]:
        """Return teams and robots of the namespace that may be given a role, as far as the caller may know them."""
        owner, namespace = await self._gate.account(visit.actor), namespace_of(permit.repository)
        teams = await self._search.entities(owner, "", namespace, teams=True, organizations=False)
        robots = await self._search.entities(
            owner, f"{namespace}+", namespace, teams=False, organizations=False
        )
        return [*teams.teams, *(one.account.name for one in robots.people)]

    async def set_visibility(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/visibility."""
        permit = visit.permit_of(RepositoryPermit)
        public = _one_of(await visit.form(), "visibility", {"public": True, "private": False})
        await self._administration.set_visibility(permit, public)
        notice = visit.gettext("Everybody can read this repository now.")
        if not public:
            notice = visit.gettext("Only those with a permission can read this repository now.")
        return self._back(visit, notice)

    async def set_state(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/state."""
        permit = visit.permit_of(RepositoryPermit)
        state = _one_of(await visit.form(), "state", _STATES)
        await self._administration.set_state(permit, state)
        notice = visit.gettext("Nothing can be pushed or deleted here now.")
        if state is RepositoryState.NORMAL:
            notice = visit.gettext("Whoever may write can push here now.")
        return self._back(visit, notice)

    async def grant(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/grant: gives a role to somebody, or another one."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        name, role = form.text("name"), repository_role(visit, form)
        if form.text("kind") == "team":
            await self._sharing.grant_team(permit, name, role)
        else:
            await self._sharing.grant(permit, name, role)
        notice = visit.gettext("%(name)s has the role %(role)s.")
        return self._back(visit, notice % {"name": name, "role": form.text("role")}, "#permissions")

    async def revoke(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/revoke: takes somebody's role back."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        name = form.text("name")
        if form.text("kind") == "team":
            await self._sharing.revoke_team(permit, name)
        else:
            await self._sharing.revoke(permit, name)
        notice = visit.gettext("%(name)s has no role of its own here any more.") % {"name": name}
        return self._back(visit, notice, "#permissions")

    async def protect(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/protect: adds a policy that makes tags immutable."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        await self._immutability.add(permit, form.text("pattern"), form.text("matches") != "no")
        notice = visit.gettext("Tags of this pattern are immutable from now on.")
        if form.text("matches") == "no":
            notice = visit.gettext("Tags of any other pattern are immutable from now on.")
        return self._back(visit, notice, "#immutability")

    async def unprotect(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/unprotect: takes such a policy away."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        await self._immutability.remove(permit, form.text("policy"))
        notice = visit.gettext("The policy is gone. Tags that it made immutable stay so.")
        return self._back(visit, notice, "#immutability")

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/-/settings/delete; the whole name must have been typed."""
        permit, form = visit.permit_of(RepositoryPermit), await visit.form()
        require_typed(visit, form, permit.repository)
        await self._administration.delete(permit)
        notice = visit.gettext("%(name)s is deleted.") % {"name": permit.repository}
        return visit.went_well(namespace_path(namespace_of(permit.repository)), notice)

    def _back(self, visit: Visit, notice: str, place: str = "") -> Response:
        permit = visit.permit_of(RepositoryPermit)
        return visit.went_well(f"/{permit.repository}/-/settings{place}", notice)


def _one_of(form: Form, field: str, known: dict[str, T]) -> T:
    """Return what a field names; raises InvalidRequest for a name that no page of ours sends."""
    if form.text(field) not in known:
        raise InvalidRequest(f"{field} is one of {', '.join(known)}")
    return known[form.text(field)]
