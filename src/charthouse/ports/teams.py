"""Teams of organizations, and who belongs to an organization by them or without them."""

from __future__ import annotations

from typing import Protocol

import msgspec

from charthouse.model.roles import NamespaceRole, Role

from .accounts import Account


class Team(msgspec.Struct, frozen=True):
    """A team; its ``role`` is that of all its members in the organization."""

    team_id: int
    organization_id: int
    name: str
    role: NamespaceRole
    description: str


class TeamOverview(msgspec.Struct, frozen=True):
    """A team with how many belong to it and how many repositories grant it something.

    ``joined``: the account that the list was asked for is in it.
    """

    team: Team
    members: int
    repositories: int
    joined: bool


class PutTeam(msgspec.Struct, frozen=True):
    """Make a team, or change the one of this name; ``description`` None stays. ``acting_id`` is who asks."""

    organization_id: int
    name: str
    role: NamespaceRole
    description: str | None
    acting_id: int


class HeldRole(msgspec.Struct, frozen=True):
    """What a repository grants to a team."""

    path: str
    public: bool
    role: Role


class Person(msgspec.Struct, frozen=True):
    """Somebody with a place in an organization: the names of teams, and of repositories that grant something."""

    account: Account
    teams: list[str]
    repositories: list[str]


class PeoplePage(msgspec.Struct, frozen=True, kw_only=True):
    """Which people of an organization to list: those in its teams, or those without one to whom repositories grant something.

    Their names come after ``after``, and have ``part`` in them, in either case.
    """

    organization_id: int
    members: bool
    after: str = ""
    part: str = ""
    limit: int


class Teams(Protocol):
    """Teams. Each command that changes rights makes caches forget them. All may raise Unavailable.

    Nobody ends the own administration of an organization: ``remove_member``, ``put`` (a lower role) and ``remove``
    raise InvalidRequest when the team is the only one by which ``acting_id`` administers, or the only one of the
    organization that does.
    """

    async def overviews(self, organization_id: int, account_id: int) -> list[TeamOverview]:
        """Return the teams of an organization, the oldest first, as the account sees them."""

    async def find(self, organization_id: int, name: str) -> Team | None:
        """Return the team of this name."""

    async def put(self, wish: PutTeam) -> tuple[Team, bool]:
        """Make or change a team; returns it, and whether it is new."""

    async def remove(self, organization_id: int, name: str, acting_id: int) -> bool:
        """Remove a team with all that it gives; False when there is none."""

    async def members(self, team_id: int) -> list[Account]:
        """Return users and robots of a team, by name."""

    async def members_page(self, team_id: int, after: str, limit: int) -> list[Account]:
        """Return at most ``limit`` of them, whose names come after ``after``."""

    async def is_member(self, team_id: int, account_id: int) -> bool:
        """Tell whether the account is in the team."""

    async def is_in_organization(self, organization_id: int, account_id: int) -> bool:
        """Tell whether the account is in any team."""

    async def add_member(self, team: Team, account_id: int) -> None:
        """Add a user or robot; no change when it is in. Raises InvalidRequest for a robot of another namespace."""

    async def remove_member(self, team: Team, account_id: int, acting_id: int) -> bool:
        """Take somebody out; False when the account is not in."""

    async def grants(self, team_id: int) -> list[HeldRole]:
        """Return what repositories grant to the team, by path."""

    async def people(self, organization_id: int) -> list[Person]:
        """Return the users of all teams, by name."""

    async def collaborators(self, organization_id: int) -> list[Person]:
        """Return the users who are in no team, and to whom a repository grants something, by name."""

    async def people_page(self, wish: PeoplePage) -> list[Person]:
        """Return people of an organization, by name."""

    async def person(self, organization_id: int, account_id: int) -> Person | None:
        """Return one user with a place in the organization, by a team or only by what repositories grant."""

    async def remove_person(self, organization_id: int, account_id: int) -> None:
        """Take a user out of all teams, and from all grants of the organization's repositories.

        Raises InvalidRequest for the only administrator.
        """
