"""Who may use a repository: what its administrators grant to users, robots and teams.

Rules and texts are Quay 3.7's.
"""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.names import is_robot, namespace_of
from charthouse.model.roles import NamespaceRole, Role
from charthouse.ports.accounts import Account, AccountKind, Accounts
from charthouse.ports.grants import AccountGrant, Grants, TeamGrant
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.identity.robots import require_local

_GRANTEES = frozenset({AccountKind.USER, AccountKind.ROBOT})
_NO_USER_GRANT = "User does not have permission for repo."
_NO_TEAM_GRANT = "Team does not have permission for repo."


class Sharing:
    """Shows and changes the grants of the repository that a permit is for."""

    def __init__(self, grants: Grants, accounts: Accounts) -> None:
        self._grants = grants
        self._accounts = accounts

    async def accounts(self, permit: RepositoryPermit) -> list[AccountGrant]:
        """Return what is granted to users and robots, by name."""
        return await self._grants.accounts(permit.repository_id)

    async def account(self, permit: RepositoryPermit, name: str) -> AccountGrant:
        """Return what is granted to a user or robot; raises InvalidRequest when nothing is."""
        account = await self._grantee(name)
        found = await self._grants.account(permit.repository_id, account.account_id)
        if found is None:
            raise InvalidRequest(_NO_USER_GRANT)
        return found

    async def roles(self, permit: RepositoryPermit, name: str) -> list[Role]:
        """Return every role of a user or robot, by whatever way, highest first; raises NotFound for no role."""
        account = await self._accounts.by_name(name)
        if account is None or account.kind not in _GRANTEES:
            raise NotFound(f"there is no user {name[:511]}")
        roles = await self._grants.roles(permit.repository_id, account.account_id)
        access = await self._accounts.namespace_access(account.account_id, namespace_of(permit.repository))
        if access is not None and access.role is NamespaceRole.ADMIN:
            roles.insert(0, Role.ADMIN)
        if not roles:
            raise NotFound(f"{account.name} has no role in {permit.repository}")
        return roles

    async def grant(self, permit: RepositoryPermit, name: str, role: Role) -> AccountGrant:
        """Grant a user or robot this role instead of another; raises InvalidRequest for who can't have it.

        That is: nobody of this name, the owner of the namespace (who administers it anyway), and robots of others.
        """
        require_local(name, namespace_of(permit.repository))
        _refuse_owner(permit, name)
        account = await self._grantee(name)
        if not await self._grants.grant(permit.repository_id, account.account_id, role):
            raise InvalidRequest(_unknown(name))
        return await self.account(permit, name)

    async def revoke(self, permit: RepositoryPermit, name: str) -> None:
        """Take a grant back; raises InvalidRequest when there is none, and for the owner of the namespace."""
        _refuse_owner(permit, name)
        account = await self._grantee(name)
        if not await self._grants.revoke(permit.repository_id, account.account_id):
            raise InvalidRequest(_NO_USER_GRANT)

    async def teams(self, permit: RepositoryPermit) -> list[TeamGrant]:
        """Return what is granted to teams, by name."""
        return await self._grants.teams(permit.repository_id)

    async def team(self, permit: RepositoryPermit, name: str) -> TeamGrant:
        """Return what is granted to a team; raises InvalidRequest when nothing is."""
        found = await self._grants.team(permit.repository_id, _team(name))
        if found is None:
            raise InvalidRequest(_NO_TEAM_GRANT)
        return found

    async def grant_team(self, permit: RepositoryPermit, name: str, role: Role) -> TeamGrant:
        """Grant a team of the organization this role; raises InvalidRequest when it has no such team."""
        if not await self._grants.grant_team(permit.repository_id, _team(name), role):
            raise InvalidRequest(f"{namespace_of(permit.repository)} has no team {name[:255]}")
        return await self.team(permit, name)

    async def revoke_team(self, permit: RepositoryPermit, name: str) -> None:
        """Take a team's grant back; raises InvalidRequest when there is none."""
        if not await self._grants.revoke_team(permit.repository_id, _team(name)):
            raise InvalidRequest(_NO_TEAM_GRANT)

    async def _grantee(self, name: str) -> Account:
        account = await self._accounts.by_name(name)
        if account is None or account.kind not in _GRANTEES:
            raise InvalidRequest(_unknown(name))
        return account


def _refuse_owner(permit: RepositoryPermit, name: str) -> None:
    if name == namespace_of(permit.repository):
        raise InvalidRequest("Namespace owner must always be admin.")


def _unknown(name: str) -> str:
    kind = "robot" if is_robot(name) else "user"
    return f"Could not find {kind} with username: {name[:511]}"


def _team(name: str) -> str:
    """Return the name of a team as the store can look for it; what is no name is nobody's."""
    return name if name.isascii() and "\0" not in name else ""
