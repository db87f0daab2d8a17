"""Who may use a repository: the roles of users, robots and teams."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request
from typing_extensions import TypedDict

from charthouse.model.names import namespace_of
from charthouse.ports.accounts import AccountKind
from charthouse.ports.grants import AccountGrant, TeamGrant
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.sharing import Sharing

from .endpoints import Endpoints
from .guard import permit_of
from .roles import ROLE_NAMES, ROLES, RoleBody
from .views import avatar, team_avatar


class UserPermission(TypedDict):
    """The role of a user or robot; ``is_org_member`` in repositories of organizations only."""

    role: str
    name: str
    is_robot: bool
    avatar: dict[str, str]
    is_org_member: NotRequired[bool]


class UserPermissions(TypedDict):
    """Roles by name of the user or robot."""

    permissions: dict[str, UserPermission]


class TeamPermission(TypedDict):
    """The role of a team."""

    role: str
    name: str
    avatar: dict[str, str]


class TeamPermissions(TypedDict):
    """Roles by name of the team."""

    permissions: dict[str, TeamPermission]


class RoleAnswer(TypedDict):
    """A role."""

    role: str


class TransitivePermissions(TypedDict):
    """Every role of a user, by whatever way."""

    permissions: list[RoleAnswer]


class PermissionHandlers:
    """Permissions of one repository."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_user_permissions": self.list_users,
            "quay.get_user_permission": self.get_user,
            "quay.get_transitive_permission": self.get_transitive,
            "quay.set_user_permission": self.set_user,
            "quay.delete_user_permission": self.delete_user,
            "quay.list_team_permissions": self.list_teams,
            "quay.get_team_permission": self.get_team,
            "quay.set_team_permission": self.set_team,
            "quay.delete_team_permission": self.delete_team,
        }

    async def list_users(self, request: Request) -> UserPermissions:
        """Answer GET …/permissions/user/."""
        found = await self._sharing.accounts(permit_of(request, RepositoryPermit))
        return {"permissions": {grant.name: _user(grant) for grant in found}}

    async def get_user(self, request: Request, username: str) -> UserPermission:
        """Answer GET …/permissions/user/{username}."""
        return _user(await self._sharing.account(permit_of(request, RepositoryPermit), username))

    async def get_transitive(self, request: Request, username: str) -> TransitivePermissions:
        """Answer GET …/permissions/user/{username}/transitive."""
        roles = await self._sharing.roles(permit_of(request, RepositoryPermit), username)
        return {"permissions": [{"role": ROLE_NAMES[role]} for role in roles]}

    async def set_user(self, request: Request, username: str, body: RoleBody) -> UserPermission:
        """Answer PUT …/permissions/user/{username}."""
        permit = permit_of(request, RepositoryPermit)
        return _user(await self._sharing.grant(permit, username, ROLES[body.role]))

    async def delete_user(self, request: Request, username: str) -> None:
        """Answer DELETE …/permissions/user/{username}."""
        await self._sharing.revoke(permit_of(request, RepositoryPermit), username)

    async def list_teams(self, request: Request) -> TeamPermissions:
        """Answer GET …/permissions/team/."""
        permit = permit_of(request, RepositoryPermit)
        found = await self._sharing.teams(permit)
        return {"permissions": {grant.name: _team(permit, grant) for grant in found}}

    async def get_team(self, request: Request, teamname: str) -> TeamPermission:
        """Answer GET …/permissions/team/{teamname}."""
        permit = permit_of(request, RepositoryPermit)
        return _team(permit, await self._sharing.team(permit, teamname))

    async def set_team(self, request: Request, teamname: str, body: RoleBody) -> TeamPermission:
        """Answer PUT …/permissions/team/{teamname}."""
        permit = permit_of(request, RepositoryPermit)
        return _team(permit, await self._sharing.grant_team(permit, teamname, ROLES[body.role]))

    async def delete_team(self, request: Request, teamname: str) -> None:
        """Answer DELETE …/permissions/team/{teamname}."""
        await self._sharing.revoke_team(permit_of(request, RepositoryPermit), teamname)


def _user(grant: AccountGrant) -> UserPermission:
    answer: UserPermission = {
        "role": ROLE_NAMES[grant.role],
        "name": grant.name,
        "is_robot": grant.kind is AccountKind.ROBOT,
        "avatar": avatar(grant.name, grant.email, grant.kind),
    }
    if grant.member is not None:
        answer["is_org_member"] = grant.member
    return answer


def _team(permit: RepositoryPermit, grant: TeamGrant) -> TeamPermission:
    return {
        "role": ROLE_NAMES[grant.role],
        "name": grant.name,
        "avatar": team_avatar(namespace_of(permit.repository), grant.name),
    }
