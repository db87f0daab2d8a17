"""Teams, kept in tables."""

from __future__ import annotations

from charthouse.ports.accounts import Account
from charthouse.ports.teams import HeldRole, PeoplePage, Person, PutTeam, Team, TeamOverview

from . import commands
from .executor import Executor


class StoredTeams:
    """See ``ports/teams``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def overviews(self, organization_id: int, account_id: int) -> list[TeamOverview]:
        """Return the teams of an organization."""
        return await self._content.read(commands.teams.overviews, organization_id, account_id)

    async def find(self, organization_id: int, name: str) -> Team | None:
        """Return a team by name."""
        return await self._content.read(commands.teams.find, organization_id, name)

    async def put(self, wish: PutTeam) -> tuple[Team, bool]:
        """Make or change a team."""
        return await self._content.write(commands.teams.put, wish)

    async def remove(self, organization_id: int, name: str, acting_id: int) -> bool:
        """Remove a team."""
        return await self._content.write(commands.teams.remove, organization_id, name, acting_id)

    async def members(self, team_id: int) -> list[Account]:
        """Return users and robots of a team."""
        return await self._content.read(commands.teams.members, team_id)

    async def members_page(self, team_id: int, after: str, limit: int) -> list[Account]:
        """Return some of them."""
        return await self._content.read(commands.teams.members_page, team_id, after, limit)

    async def is_member(self, team_id: int, account_id: int) -> bool:
        """Tell whether the account is in the team."""
        return await self._content.read(commands.teams.is_member, team_id, account_id)

    async def is_in_organization(self, organization_id: int, account_id: int) -> bool:
        """Tell whether the account is in any team."""
        return await self._content.read(commands.people.is_in_organization, organization_id, account_id)

    async def add_member(self, team: Team, account_id: int) -> None:
        """Add a user or robot."""
        await self._content.write(commands.teams.add_member, team, account_id)

    async def remove_member(self, team: Team, account_id: int, acting_id: int) -> bool:
        """Take somebody out."""
        return await self._content.write(commands.teams.remove_member, team, account_id, acting_id)

    async def grants(self, team_id: int) -> list[HeldRole]:
        """Return what repositories grant to a team."""
        return await self._content.read(commands.teams.grants, team_id)

    async def people(self, organization_id: int) -> list[Person]:
        """Return the users of all teams."""
        return await self._content.scan(commands.people.people, organization_id)

    async def collaborators(self, organization_id: int) -> list[Person]:
        """Return users with grants and without a team."""
        return await self._content.scan(commands.people.collaborators, organization_id)

    async def people_page(self, wish: PeoplePage) -> list[Person]:
        """Return some people of an organization."""
        return await self._content.read(commands.people.page, wish)

    async def person(self, organization_id: int, account_id: int) -> Person | None:
        """Return one user with a place in an organization."""
        return await self._content.read(commands.people.person, organization_id, account_id)

    async def remove_person(self, organization_id: int, account_id: int) -> None:
        """Take a user out of all teams and grants."""
        await self._content.write(commands.people.remove_person, organization_id, account_id)
