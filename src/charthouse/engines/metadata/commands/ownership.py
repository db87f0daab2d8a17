"""Namespaces that get another name or another owner, by the hand of a superuser."""

from __future__ import annotations

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    String,
    bindparam,
    func,
    insert,
    select,
    update,
)

from charthouse.engines.metadata.tables import DELETED_ACCOUNT, account, repository, robot, team, team_member
from charthouse.model.errors import AlreadyExists, InvalidRequest
from charthouse.model.names import MAX_REPOSITORY
from charthouse.model.permissions import NamespaceRole, RepositoryState
from charthouse.ports.accounts import AccountKind
from charthouse.ports.reads import ChangeKind

from .administrators import refuse_sole_administrator
from .changes import log_change
from .inserts import insert_row
from .removal import forget_credentials, forget_rights

_OWNERS = "owners"
_KEY: BindParameter[int] = bindparam("key")
_NEW: BindParameter[str] = bindparam("new", type_=String)

_LOCKED = (
    select(account.c.name, account.c.kind)
    .where(account.c.id == _KEY, account.c.kind != DELETED_ACCOUNT)
    .with_for_update()
)
_TAKEN = select(account.c.id).where(account.c.name == _NEW)
_LONGEST = select(func.max(func.length(repository.c.path))).where(
    repository.c.namespace_id == _KEY, repository.c.state != RepositoryState.DELETED.value
)
_robots = select(robot.c.account_id).where(robot.c.owner_id == _KEY)


def _moved(name: Column[str]) -> ColumnElement[str]:
    """Return a name with the new namespace in place of what stands before its character number ``first``."""
    return _NEW.concat(func.substr(name, bindparam("first"), type_=String))


_RENAME = update(account).where(account.c.id == _KEY).values(name=_NEW, epoch=account.c.epoch + 1)
_RENAME_ROBOTS = (
    update(account)
    .where(account.c.id.in_(_robots))
    .values(name=_moved(account.c.name), epoch=account.c.epoch + 1)
)
_RENAME_REPOSITORIES = (
    update(repository)
    .where(repository.c.namespace_id == _KEY, repository.c.state != RepositoryState.DELETED.value)
    .values(path=_moved(repository.c.path))
)
_MAKE_ORGANIZATION = (
    update(account)
    .where(account.c.id == _KEY)
    .values(
        kind=AccountKind.ORGANIZATION.value,
        password_hash="",
        enabled=True,
        superuser=False,
        epoch=account.c.epoch + 1,
        login_epoch=account.c.login_epoch + 1,
    )
)
_ENABLE_ROBOTS = (
    update(account).where(account.c.id.in_(_robots)).values(enabled=True, epoch=account.c.epoch + 1)
)
_ADMINISTRATORS = (
    select(team.c.id)
    .where(team.c.organization_id == _KEY, team.c.role == NamespaceRole.ADMIN.value)
    .order_by((team.c.name != _OWNERS), team.c.id)
    .limit(1)
)
_NAMED_OWNERS = select(team.c.id).where(team.c.organization_id == _KEY, team.c.name == _OWNERS)
_MAKE_ADMINISTRATORS = update(team).where(team.c.id == _KEY).values(role=NamespaceRole.ADMIN.value)
_MEMBER = select(team_member.c.team_id).where(
    team_member.c.team_id == bindparam("team"), team_member.c.account_id == bindparam("member")
)
_ADD_TEAM = insert(team)
_ADD_MEMBER = insert(team_member)


def rename(connection: Connection, account_id: int, name: str) -> bool:
    """Give an organization another name, with all its repositories and robots; False when it is gone."""
    found = connection.execute(_LOCKED, {"key": account_id}).first()
    if found is None or found.kind != AccountKind.ORGANIZATION:
        return False
    if found.name == name:
        return True
    if connection.execute(_TAKEN, {"new": name}).first() is not None:
        raise AlreadyExists(f"the name {name} is taken", {"name": name})
    longest = connection.execute(_LONGEST, {"key": account_id}).scalar() or 0
    if longest - len(found.name) + len(name) > MAX_REPOSITORY:
        raise InvalidRequest(
            f"the name of a repository would have more than {MAX_REPOSITORY} characters: take a shorter name"
        )
    arguments = {"key": account_id, "new": name, "first": len(found.name) + 1}
    connection.execute(_RENAME, {"key": account_id, "new": name})
    connection.execute(_RENAME_ROBOTS, arguments)
    connection.execute(_RENAME_REPOSITORIES, arguments)
    log_change(connection, ChangeKind.EVERYTHING, 0)
    return True


def take_over(connection: Connection, account_id: int, administrator_id: int) -> bool:
    """Make a user an administrator of an organization, or of what another user owns; False when it is gone."""
    found = connection.execute(_LOCKED, {"key": account_id}).first()
    if found is None or found.kind not in {AccountKind.ORGANIZATION, AccountKind.USER}:
        return False
    if found.kind == AccountKind.USER:
        _make_organization(connection, account_id)
    _add_administrator(connection, account_id, administrator_id)
    log_change(connection, ChangeKind.EVERYTHING, 0)
    return True


def _make_organization(connection: Connection, account_id: int) -> None:
    """Turn a user into an organization: nobody logs in as it any more."""
    refuse_sole_administrator(connection, account_id)
    forget_credentials(connection, [account_id])
    forget_rights(connection, [account_id])
    connection.execute(_MAKE_ORGANIZATION, {"key": account_id})
    connection.execute(_ENABLE_ROBOTS, {"key": account_id})


def _add_administrator(connection: Connection, organization_id: int, account_id: int) -> None:
    team_id = _administrators(connection, organization_id)
    member = {"team": team_id, "member": account_id}
    if connection.execute(_MEMBER, member).first() is None:
        connection.execute(_ADD_MEMBER, {"team_id": team_id, "account_id": account_id})


def _administrators(connection: Connection, organization_id: int) -> int:
    """Return the team that administers an organization, made when there is none."""
    found = connection.execute(_ADMINISTRATORS, {"key": organization_id}).scalar()
    if found is not None:
        return int(found)
    named = connection.execute(_NAMED_OWNERS, {"key": organization_id}).scalar()
    if named is not None:
        connection.execute(_MAKE_ADMINISTRATORS, {"key": named})
        return int(named)
    row = {"organization_id": organization_id, "name": _OWNERS, "description": ""}
    return insert_row(connection, _ADD_TEAM, row | {"role": NamespaceRole.ADMIN.value})
