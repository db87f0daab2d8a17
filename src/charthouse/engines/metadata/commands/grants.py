"""Who may use a repository: roles granted to users, robots and teams."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, insert, or_, select, update

from charthouse.engines.metadata.tables import account, repository, repository_grant, robot, team, team_member
from charthouse.model.roles import Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.grants import AccountGrant, TeamGrant
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .rights import NOT_DELETED

_REPOSITORY: BindParameter[int] = bindparam("repository")
_ACCOUNT: BindParameter[int] = bindparam("account")
_GRANTEES = (AccountKind.USER.value, AccountKind.ROBOT.value)

_in_a_team = (
    select(team_member.c.account_id)
    .join(team, team.c.id == team_member.c.team_id)
    .where(
        team.c.organization_id == repository.c.namespace_id,
        team_member.c.account_id == repository_grant.c.account_id,
    )
    .exists()
)
_its_robot = (
    select(robot.c.account_id)
    .where(robot.c.account_id == repository_grant.c.account_id, robot.c.owner_id == repository.c.namespace_id)
    .exists()
)
_owner = account.alias("owner")
_ACCOUNTS = (
    select(account.c.id, account.c.name, account.c.kind, account.c.email, repository_grant.c.role)
    .add_columns(or_(_in_a_team, _its_robot).label("member"), _owner.c.kind.label("owner_kind"))
    .join(repository_grant, repository_grant.c.account_id == account.c.id)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .join(_owner, _owner.c.id == repository.c.namespace_id)
    .where(repository_grant.c.repository_id == _REPOSITORY)
    .order_by(account.c.name)
)
_ONE_ACCOUNT = _ACCOUNTS.where(repository_grant.c.account_id == _ACCOUNT)
_TEAMS = (
    select(team.c.name, repository_grant.c.role)
    .join(repository_grant, repository_grant.c.team_id == team.c.id)
    .where(repository_grant.c.repository_id == _REPOSITORY)
    .order_by(team.c.name)
)
_ONE_TEAM = _TEAMS.where(team.c.name == bindparam("name"))
_ROLES = (
    select(repository_grant.c.role)
    .where(
        repository_grant.c.repository_id == _REPOSITORY,
        or_(
            repository_grant.c.account_id == _ACCOUNT,
            repository_grant.c.team_id.in_(
                select(team_member.c.team_id).where(team_member.c.account_id == _ACCOUNT)
            ),
        ),
    )
    .order_by(repository_grant.c.role.desc())
)

# Beside a deletion one of both waits: what is granted is then seen and dropped, or there is nothing to grant on.
_THERE = select(repository.c.namespace_id).where(repository.c.id == _REPOSITORY, NOT_DELETED)
_THERE = _THERE.with_for_update(read=True, key_share=True)
_GRANTEE = select(account.c.id).where(account.c.id == _ACCOUNT, account.c.kind.in_(_GRANTEES))
_GRANTEE = _GRANTEE.with_for_update(read=True, key_share=True)
_TEAM = select(team.c.id).where(
    team.c.organization_id == bindparam("namespace"), team.c.name == bindparam("name")
)
_TEAM_LOCKED = _TEAM.with_for_update(read=True, key_share=True)
_TEAM_OF = (
    select(team.c.id)
    .join(repository, repository.c.namespace_id == team.c.organization_id)
    .where(repository.c.id == _REPOSITORY, team.c.name == bindparam("name"))
)

_to_account = (repository_grant.c.repository_id == _REPOSITORY) & (repository_grant.c.account_id == _ACCOUNT)
_to_team = (repository_grant.c.repository_id == _REPOSITORY) & (
    repository_grant.c.team_id == bindparam("team")
)
_FIND = select(repository_grant.c.role).where(_to_account)
_FIND_TEAM = select(repository_grant.c.role).where(_to_team)
_ADD = insert(repository_grant)
_CHANGE = update(repository_grant).where(_to_account)
_CHANGE_TEAM = update(repository_grant).where(_to_team)
_REVOKE = delete(repository_grant).where(_to_account)
_REVOKE_TEAM = delete(repository_grant).where(_to_team)


def accounts(connection: Connection, repository_id: int) -> list[AccountGrant]:
    """Return the grants to users and robots, by name."""
    return [_account_grant(row) for row in connection.execute(_ACCOUNTS, {"repository": repository_id})]


def account_grant(connection: Connection, repository_id: int, account_id: int) -> AccountGrant | None:
    """Return the grant to one user or robot."""
    where = {"repository": repository_id, "account": account_id}
    row = connection.execute(_ONE_ACCOUNT, where).first()
    return None if row is None else _account_grant(row)


def teams(connection: Connection, repository_id: int) -> list[TeamGrant]:
    """Return the grants to teams, by name."""
    return [_team_grant(row) for row in connection.execute(_TEAMS, {"repository": repository_id})]


def team_grant(connection: Connection, repository_id: int, name: str) -> TeamGrant | None:
    """Return the grant to one team."""
    row = connection.execute(_ONE_TEAM, {"repository": repository_id, "name": name}).first()
    return None if row is None else _team_grant(row)


def roles(connection: Connection, repository_id: int, account_id: int) -> list[Role]:
    """Return every role granted to the account or to a team of it, highest first."""
    rows = connection.execute(_ROLES, {"repository": repository_id, "account": account_id})
    return [Role(role) for role in rows.scalars()]


def grant(connection: Connection, repository_id: int, account_id: int, role: Role) -> bool:
    """Grant a user or robot this role, instead of another; False when either is gone."""
    where = {"repository": repository_id, "account": account_id}
    there = connection.execute(_THERE, where).first() and connection.execute(_GRANTEE, where).first()
    if there is None:
        return False
    before = connection.execute(_FIND, where).scalar()
    if before is None:
        row = {"repository_id": repository_id, "account_id": account_id, "role": role.value}
        connection.execute(_ADD, row)
    elif before != role:
        connection.execute(_CHANGE, where | {"role": role.value})
    if before != role:
        log_change(connection, ChangeKind.REPOSITORY, repository_id)
    return True


def grant_team(connection: Connection, repository_id: int, name: str, role: Role) -> bool:
    """Grant a team of the repository's organization this role; False when there is no such team."""
    namespace_id = connection.execute(_THERE, {"repository": repository_id}).scalar()
    team_id = connection.execute(_TEAM_LOCKED, {"namespace": namespace_id or 0, "name": name}).scalar()
    if team_id is None:
        return False
    where = {"repository": repository_id, "team": team_id}
    before = connection.execute(_FIND_TEAM, where).scalar()
    if before is None:
        row = {"repository_id": repository_id, "team_id": team_id, "role": role.value}
        connection.execute(_ADD, row)
    elif before != role:
        connection.execute(_CHANGE_TEAM, where | {"role": role.value})
    if before != role:
        log_change(connection, ChangeKind.REPOSITORY, repository_id)
    return True


def revoke(connection: Connection, repository_id: int, account_id: int) -> bool:
    """Take a grant back; False when there is none."""
    where = {"repository": repository_id, "account": account_id}
    if connection.execute(_REVOKE, where).rowcount == 0:
        return False
    log_change(connection, ChangeKind.REPOSITORY, repository_id)
    return True


def revoke_team(connection: Connection, repository_id: int, name: str) -> bool:
    """Take a team's grant back; False when there is none."""
    team_id = connection.execute(_TEAM_OF, {"repository": repository_id, "name": name}).scalar()
    if team_id is None:
        return False
    if connection.execute(_REVOKE_TEAM, {"repository": repository_id, "team": team_id}).rowcount == 0:
        return False
    log_change(connection, ChangeKind.REPOSITORY, repository_id)
    return True


def _account_grant(row: Row[*tuple[Any, ...]]) -> AccountGrant:
    member = bool(row.member) if row.owner_kind == AccountKind.ORGANIZATION else None
    return AccountGrant(row.id, row.name, AccountKind(row.kind), row.email, Role(row.role), member)


def _team_grant(row: Row[*tuple[Any, ...]]) -> TeamGrant:
    return TeamGrant(row.name, Role(row.role))
