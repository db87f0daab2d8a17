"""Who may use a repository, kept in tables."""

from __future__ import annotations

from charthouse.model.roles import Role
from charthouse.ports.grants import AccountGrant, TeamGrant

from . import commands
from .executor import Executor


class StoredGrants:
    """Grants of repositories."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def accounts(self, repository_id: int) -> list[AccountGrant]:
        """Return the grants to users and robots."""
        return await self._content.read(commands.grants.accounts, repository_id)

    async def account(self, repository_id: int, account_id: int) -> AccountGrant | None:
        """Return the grant to one."""
        return await self._content.read(commands.grants.account_grant, repository_id, account_id)

    async def teams(self, repository_id: int) -> list[TeamGrant]:
        """Return the grants to teams."""
        return await self._content.read(commands.grants.teams, repository_id)

    async def team(self, repository_id: int, name: str) -> TeamGrant | None:
        """Return the grant to one team."""
        return await self._content.read(commands.grants.team_grant, repository_id, name)

    async def roles(self, repository_id: int, account_id: int) -> list[Role]:
        """Return every role granted to the account or to a team of it."""
        return await self._content.read(commands.grants.roles, repository_id, account_id)

    async def grant(self, repository_id: int, account_id: int, role: Role) -> bool:
        """Grant a user or robot a role."""
        return await self._content.write(commands.grants.grant, repository_id, account_id, role)

    async def grant_team(self, repository_id: int, name: str, role: Role) -> bool:
        """Grant a team a role."""
        return await self._content.write(commands.grants.grant_team, repository_id, name, role)

    async def revoke(self, repository_id: int, account_id: int) -> bool:
        """Take a grant back."""
        return await self._content.write(commands.grants.revoke, repository_id, account_id)

    async def revoke_team(self, repository_id: int, name: str) -> bool:
        """Take a team's grant back."""
        return await self._content.write(commands.grants.revoke_team, repository_id, name)
