"""Teams: making and changing them, and who is in them. Rules and texts are Quay 3.7's."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import Denied, InvalidRequest, NotFound
from charthouse.model.names import parse_namespace
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.invites import Invite
from charthouse.ports.teams import HeldRole, PutTeam, Team
from charthouse.ports.teams import Teams as TeamStore
from charthouse.services.access.permits import NamespacePermit

from .invitations import Invitations

PAGE = 50
"""People on a page of the console."""
_MEMBERS = frozenset({AccountKind.USER, AccountKind.ROBOT})


class TeamMembers(msgspec.Struct, frozen=True):
    """Who is in a team, and who is asked to be."""

    team: Team
    members: list[Account]
    invites: list[Invite]
    can_edit: bool


class Added(msgspec.Struct, frozen=True):
    """Who was added; ``invited``: who must accept first."""

    account: Account
    invited: bool


class Teams:
    """Teams as members see them, and administrators change them."""

    def __init__(self, teams: TeamStore, accounts: Accounts, invitations: Invitations) -> None:
        self._teams = teams
        self._accounts = accounts
        self._invitations = invitations

    async def put(
        self, permit: NamespacePermit, name: str, role: NamespaceRole, description: str | None
    ) -> tuple[Team, bool]:
        """Make or change a team; returns it, and whether it is new. Raises InvalidRequest."""
        try:
            parse_namespace(name)
        except InvalidRequest as error:
            raise InvalidRequest(f"Invalid team name {name[:255]}: {error.message}") from None
        acting_id = permit.actor.account_id
        wish = PutTeam(permit.namespace.account_id, name, role, description, acting_id)
        return await self._teams.put(wish)

    async def remove(self, permit: NamespacePermit, name: str) -> None:
        """Remove a team; raises NotFound and InvalidRequest."""
        if not await self._teams.remove(permit.namespace.account_id, name, permit.actor.account_id):
            raise _no_team(name)

    async def members(self, permit: NamespacePermit, name: str, *, pending: bool) -> TeamMembers:
        """Return who is in a team, to its own members and to administrators; only these see who is invited.

        Raises NotFound and Denied.
        """
        team = await self._seen(permit, name)
        can_edit = permit.role >= NamespaceRole.ADMIN
        sees_all = can_edit or permit.observer
        return TeamMembers(
            team=team,
            members=await self._teams.members(team.team_id),
            invites=await self._invitations.pending(team) if pending and sees_all else [],
            can_edit=can_edit,
        )

    async def page_of(self, permit: NamespacePermit, name: str, after: str = "") -> tuple[TeamMembers, str]:
        """Return a page of who is in a team, and what the next one comes after ("": there is none).

        To whom ``members`` shows them; who is invited is all told. Raises NotFound and Denied.
        """
        team = await self._seen(permit, name)
        found = await self._teams.members_page(team.team_id, after, PAGE + 1)
        shown = found[:PAGE]
        sees_all = permit.role >= NamespaceRole.ADMIN or permit.observer
        return TeamMembers(
            team=team,
            members=shown,
            invites=await self._invitations.pending(team) if sees_all else [],
            can_edit=permit.role >= NamespaceRole.ADMIN,
        ), shown[-1].name if len(found) > PAGE else ""

    async def add(self, permit: NamespacePermit, name: str, member: str) -> Added:
        """Add a user or a robot of the organization, or invite a user; raises NotFound and InvalidRequest.

        Robots, and users who are in another team, are added at once.
        """
        team = await self._team(permit, name)
        account = await self._account(member)
        if account is None:
            raise InvalidRequest("Unknown user")
        if self._invitations.required and not await self._belongs(permit, account):
            await self._invitations.invite(permit, team, account=account)
            return Added(account, invited=True)
        await self._teams.add_member(team, account.account_id)
        await self._invitations.withdraw(team, account=account)
        return Added(account, invited=False)

    async def remove_member(self, permit: NamespacePermit, name: str, member: str) -> None:
        """Take somebody out of a team, or take the invitation back; raises NotFound and InvalidRequest."""
        team = await self._team(permit, name)
        account = await self._account(member)
        if account is None:
            raise NotFound(f"there is no user {member[:255]}")
        if await self._invitations.withdraw(team, account=account):
            return
        if not await self._teams.remove_member(team, account.account_id, permit.actor.account_id):
            raise InvalidRequest(f"User {member} does not belong to team {name}")

    async def invite_address(self, permit: NamespacePermit, name: str, email: str) -> None:
        """Invite whoever reads mail at an address; raises NotFound and InvalidRequest."""
        await self._invitations.invite(permit, await self._team(permit, name), email=email)

    async def withdraw_address(self, permit: NamespacePermit, name: str, email: str) -> None:
        """Take that invitation back; raises NotFound."""
        if not await self._invitations.withdraw(await self._team(permit, name), email=email):
            raise NotFound("nobody of this address is invited")

    async def grants(self, permit: NamespacePermit, name: str) -> list[HeldRole]:
        """Return what repositories grant to a team; raises NotFound."""
        return await self._teams.grants((await self._team(permit, name)).team_id)

    async def _team(self, permit: NamespacePermit, name: str) -> Team:
        team = await self._teams.find(permit.namespace.account_id, name)
        if team is None:
            raise _no_team(name)
        return team

    async def _seen(self, permit: NamespacePermit, name: str) -> Team:
        """Return a team that the caller is in, or administers; raises NotFound and Denied."""
        team = await self._team(permit, name)
        if permit.role >= NamespaceRole.ADMIN or permit.observer:
            return team
        if not await self._teams.is_member(team.team_id, permit.actor.account_id):
            raise Denied(f"{permit.actor.name} is not in team {name}")
        return team

    async def _account(self, name: str) -> Account | None:
        account = await self._accounts.by_name(name)
        return account if account is not None and account.kind in _MEMBERS else None

    async def _belongs(self, permit: NamespacePermit, account: Account) -> bool:
        if account.kind is AccountKind.ROBOT:
            return True  # of which organization, the command looks at
        return await self._teams.is_in_organization(permit.namespace.account_id, account.account_id)


def _no_team(name: str) -> NotFound:
    return NotFound(f"there is no team {name[:255]}")
