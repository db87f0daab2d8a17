"""Who may use a repository: the roles that it grants to users, robots and teams."""

from __future__ import annotations

from typing import Protocol

import msgspec

from charthouse.model.roles import Role

from .accounts import AccountKind


class AccountGrant(msgspec.Struct, frozen=True):
    """The role that a repository grants to a user or a robot.

    ``member``: it is in a team of the repository's organization, or a robot of it; None where the namespace is
    a user's.
    """

    account_id: int
    name: str
    kind: AccountKind
    email: str
    role: Role
    member: bool | None


class TeamGrant(msgspec.Struct, frozen=True):
    """The role that a repository grants to a team of its organization."""

    name: str
    role: Role


class Grants(Protocol):
    """Grants of one repository; a change makes caches forget who may do what there."""

    async def accounts(self, repository_id: int) -> list[AccountGrant]:
        """Return the grants to users and robots, by name."""

    async def account(self, repository_id: int, account_id: int) -> AccountGrant | None:
        """Return the grant to one; None when there is none."""

    async def teams(self, repository_id: int) -> list[TeamGrant]:
        """Return the grants to teams, by name."""

    async def team(self, repository_id: int, name: str) -> TeamGrant | None:
        """Return the grant to the team of this name of the repository's organization; None when there is none."""

    async def roles(self, repository_id: int, account_id: int) -> list[Role]:
        """Return every role that the account has by a grant to itself or to a team that it is in, highest first."""

    async def grant(self, repository_id: int, account_id: int, role: Role) -> bool:
        """Grant a user or robot this role, instead of another; False when the account or repository is gone."""

    async def grant_team(self, repository_id: int, name: str, role: Role) -> bool:
        """Grant a team of the repository's organization this role; False when there is no such team."""

    async def revoke(self, repository_id: int, account_id: int) -> bool:
        """Take the grant back; False when there is none."""

    async def revoke_team(self, repository_id: int, name: str) -> bool:
        """Take the grant back; False when there is none."""
