"""Teams, their members and invitations, and what repositories grant them."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import Account, AccountKind
from charthouse.ports.invites import Invite
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.people.teams import Teams

from .endpoints import Endpoints
from .guard import permit_of
from .organizations import role_name
from .queries import Flag
from .views import address_avatar, avatar, team_avatar

_ROLES = {role_name(role): role for role in NamespaceRole if role is not NamespaceRole.NONE}


class TeamBody(BaseModel):
    """The request's body; without a description the one there is stays."""

    role: Literal["member", "creator", "admin"]
    description: str | None = None


class TeamAnswer(TypedDict):
    """A team that was made or changed."""

    name: str
    description: str
    can_view: bool
    role: str
    avatar: dict[str, str]
    new_team: bool


class TeamMemberAnswer(TypedDict):
    """Who is in a team, or is asked to be: a user, a robot, or (kind ``invite``) an e-mail address."""

    kind: str
    avatar: dict[str, str]
    invited: bool
    name: NotRequired[str]
    is_robot: NotRequired[bool]
    email: NotRequired[str]


class TeamMembersAnswer(TypedDict):
    """Who is in a team."""

    name: str
    members: list[TeamMemberAnswer]
    can_edit: bool


class TeamHandlers:
    """Answers for one organization, which the permit names."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.put_team": self.put,
            "quay.delete_team": self.delete,
            "quay.get_team_members": self.get_members,
            "quay.put_team_member": self.put_member,
            "quay.delete_team_member": self.delete_member,
            "quay.get_team_permissions": self.get_permissions,
            "quay.invite_to_team": self.invite,
            "quay.withdraw_team_invite": self.withdraw,
        }

    async def put(self, request: Request, team: str, body: TeamBody) -> TeamAnswer:
        """Answer PUT …/team/{team}."""
        permit = permit_of(request, NamespacePermit)
        put, new = await self._teams.put(permit, team, _ROLES[body.role], body.description)
        return {
            "name": put.name,
            "description": put.description,
            "can_view": True,
            "role": role_name(put.role),
            "avatar": team_avatar(permit.namespace.name, put.name),
            "new_team": new,
        }

    async def delete(self, request: Request, team: str) -> None:
        """Answer DELETE …/team/{team}."""
        await self._teams.remove(permit_of(request, NamespacePermit), team)

    async def get_members(
        self,
        request: Request,
        team: str,
        includePending: Flag = False,  # noqa: N803 -- Quay's name
    ) -> TeamMembersAnswer:
        """Answer GET …/team/{team}/members."""
        permit = permit_of(request, NamespacePermit)
        found = await self._teams.members(permit, team, pending=includePending)
        shown = [_member(account, invited=False) for account in found.members]
        return {
            "name": found.team.name,
            "members": [*shown, *map(_invited, found.invites)],
            "can_edit": found.can_edit,
        }

    async def put_member(self, request: Request, team: str, member: str) -> TeamMemberAnswer:
        """Answer PUT …/team/{team}/members/{member}."""
        added = await self._teams.add(permit_of(request, NamespacePermit), team, member)
        return _member(added.account, invited=added.invited)

    async def delete_member(self, request: Request, team: str, member: str) -> None:
        """Answer DELETE …/team/{team}/members/{member}."""
        await self._teams.remove_member(permit_of(request, NamespacePermit), team, member)

    async def get_permissions(self, request: Request, team: str) -> dict[str, Any]:
        """Answer GET …/team/{team}/permissions."""
        grants = await self._teams.grants(permit_of(request, NamespacePermit), team)
        return {
            "permissions": [
                {
                    "repository": {"name": grant.path.partition("/")[2], "is_public": grant.public},
                    "role": grant.role.name.lower(),
                }
                for grant in grants
            ]
        }

    async def invite(self, request: Request, team: str, email: str) -> TeamMemberAnswer:
        """Answer PUT …/team/{team}/invite/{email}."""
        await self._teams.invite_address(permit_of(request, NamespacePermit), team, email)
        return _address(email)

    async def withdraw(self, request: Request, team: str, email: str) -> None:
        """Answer DELETE …/team/{team}/invite/{email}."""
        await self._teams.withdraw_address(permit_of(request, NamespacePermit), team, email)


def _member(account: Account, *, invited: bool) -> TeamMemberAnswer:
    return {
        "name": account.name,
        "kind": "user",
        "is_robot": account.kind is AccountKind.ROBOT,
        "avatar": avatar(account.name, account.email, account.kind),
        "invited": invited,
    }


def _invited(invite: Invite) -> TeamMemberAnswer:
    if invite.account is not None:
        return _member(invite.account, invited=True)
    return _address(invite.email or "")


def _address(email: str) -> TeamMemberAnswer:
    return {"email": email, "kind": "invite", "avatar": address_avatar(email), "invited": True}
