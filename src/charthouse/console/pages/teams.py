"""Teams: the list, and one of them with who is in it and what it may use."""

from __future__ import annotations

from starlette.responses import Response

from charthouse.model.errors import AlreadyExists, InvalidRequest
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.identity.robots import Robots
from charthouse.services.people.organizations import Organizations
from charthouse.services.people.teams import Teams
from charthouse.services.registry.sharing import Sharing

from ..confirming import require_typed
from ..organizations import organization_of
from ..rendering import Renderer
from ..repositories import RepositoryChoice
from ..roles import namespace_role, repository_role
from ..visit import Page, Visit


class TeamPages:
    """Pages about the teams of an organization. ``mailing``: people are invited by e-mail too."""

    def __init__(
        self,
        renderer: Renderer,
        organizations: Organizations,
        teams: Teams,
        robots: Robots,
        sharing: Sharing,
        repositories: RepositoryChoice,
        *,
        mailing: bool,
    ) -> None:
        self._renderer = renderer
        self._organizations = organizations
        self._teams = teams
        self._robots = robots
        self._sharing = sharing
        self._repositories = repositories
        self._mailing = mailing

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.teams": self.teams,
            "console.teams.create": self.create,
            "console.team": self.team,
            "console.team.change": self.change,
            "console.team.add": self.add,
            "console.team.remove": self.remove,
            "console.team.withdraw": self.withdraw,
            "console.team.grant": self.grant,
            "console.team.revoke": self.revoke,
            "console.team.delete": self.delete,
        }

    async def teams(self, visit: Visit) -> Response:
        """Answer GET …/-/teams."""
        permit = organization_of(visit)
        view = await self._organizations.view(permit)
        return self._renderer.page(visit, "teams/list.html", permit=permit, view=view)

    async def create(self, visit: Visit) -> Response:
        """Answer POST …/-/teams; a team that is there is not changed by it."""
        permit = organization_of(visit)
        form = await visit.form()
        name, role = form.text("name"), namespace_role(visit, form)
        view = await self._organizations.view(permit)
        if any(found.team.name == name for found in view.teams or ()):
            raise AlreadyExists(visit.gettext("There is a team %(team)s already.") % {"team": name})
        made, _ = await self._teams.put(permit, name, role, form.text("description"))
        notice = visit.gettext("The team %(team)s is there. Now add who belongs to it.")
        return visit.went_well(_address(permit, made.name), notice % {"team": made.name})

    async def team(self, visit: Visit) -> Response:
        """Answer GET …/-/teams/{team}."""
        permit, name = organization_of(visit), visit.name("team")
        after = visit.field("after")
        found, more_after = await self._teams.page_of(permit, name, after)
        sees_all = found.can_edit or permit.observer
        grants = await self._teams.grants(permit, name) if sees_all else []
        return self._renderer.page(
            visit,
            "teams/team.html",
            permit=permit,
            found=found,
            after=after,
            more_after=more_after,
            sees_all=sees_all,
            grants=[(grant.path, grant.role.name.lower()) for grant in grants],
            offered=await self._repositories.offered(visit, permit) if found.can_edit else [],
            suggested=await self._suggested(permit) if found.can_edit else [],
            mailing=self._mailing,
        )

    async def change(self, visit: Visit) -> Response:
        """Answer POST …/-/teams/{team}."""
        permit, name = organization_of(visit), visit.name("team")
        form = await visit.form()
        await self._teams.grants(permit, name)  # a team that is gone is not made anew
        await self._teams.put(permit, name, namespace_role(visit, form), form.text("description"))
        return visit.went_well(_address(permit, name), visit.gettext("Saved."))

    async def add(self, visit: Visit) -> Response:
        """Answer POST …/add: of a user or robot by name, or of whoever reads mail at an address."""
        permit, team = organization_of(visit), visit.name("team")
        who = (await visit.form()).text("member")
        if not who:
            raise InvalidRequest(visit.gettext("Name a user or a robot."))
        if self._mailing and "@" in who:
            await self._teams.invite_address(permit, team, who)
            notice = visit.gettext("%(who)s is invited.")
        else:
            added = await self._teams.add(permit, team, who)
            invited, joined = visit.gettext("%(who)s is invited."), visit.gettext("%(who)s is in the team.")
            notice = invited if added.invited else joined
        return visit.went_well(_address(permit, team), notice % {"who": who})

    async def remove(self, visit: Visit) -> Response:
        """Answer POST …/remove, also of somebody who is invited by name."""
        permit, team = organization_of(visit), visit.name("team")
        who = (await visit.form()).text("member")
        await self._teams.remove_member(permit, team, who)
        notice = visit.gettext("%(who)s is no longer in the team.") % {"who": who}
        return visit.went_well(_address(permit, team), notice)

    async def withdraw(self, visit: Visit) -> Response:
        """Answer POST …/withdraw."""
        permit, team = organization_of(visit), visit.name("team")
        await self._teams.withdraw_address(permit, team, (await visit.form()).text("email"))
        return visit.went_well(_address(permit, team), visit.gettext("The invitation is taken back."))

    async def grant(self, visit: Visit) -> Response:
        """Answer POST …/grant: each repository that is named, or none of them when one is not there."""
        permit, team = organization_of(visit), visit.name("team")
        form = await visit.form()
        role = repository_role(visit, form)
        chosen = await self._repositories.chosen(visit, permit, form.text("repository"))
        for place in chosen:
            await self._sharing.grant_team(place, team, role)
        notice = visit.ngettext("The team may use it.", "The team may use them.", len(chosen))
        return visit.went_well(_address(permit, team), notice)

    async def revoke(self, visit: Visit) -> Response:
        """Answer POST …/revoke."""
        permit, team = organization_of(visit), visit.name("team")
        text = (await visit.form()).text("repository")
        for place in await self._repositories.chosen(visit, permit, text):
            await self._sharing.revoke_team(place, team)
        return visit.went_well(_address(permit, team), visit.gettext("The right is taken away."))

    async def delete(self, visit: Visit) -> Response:
        """Answer POST …/delete."""
        permit, team = organization_of(visit), visit.name("team")
        require_typed(visit, await visit.form(), team)
        await self._teams.remove(permit, team)
        notice = visit.gettext("The team %(team)s is deleted.") % {"team": team}
        return visit.went_well(f"/{permit.namespace.name}/-/teams", notice)

    async def _suggested(self, permit: NamespacePermit) -> list[str]:
        """Return the first people and robots of the organization: a field suggests them."""
        people, _ = await self._organizations.page_of_people(permit, members=True)
        robots, _ = await self._robots.page(permit)
        return [one.account.name for one in people] + [one.robot.account.name for one in robots]


def _address(permit: NamespacePermit, team: str) -> str:
    return f"/{permit.namespace.name}/-/teams/{team}"
