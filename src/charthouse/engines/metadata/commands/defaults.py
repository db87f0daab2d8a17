"""Default permissions, and how they are applied to a new repository."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from charthouse.engines.metadata.tables import (
    account,
    default_permission,
    repository_grant,
    robot,
    team,
    team_member,
)
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import Role
from charthouse.ports.defaults import DefaultPermission, Delegate, PutDefault

from .account_rows import ACCOUNT_FIELDS, account_fields, account_of

_rule = default_permission.c
_creator, _delegate = account.alias("creator"), account.alias("delegate")
_any = team.alias("any_team")
_OF: BindParameter[int] = bindparam("organization")
_ANYBODY: BindParameter[bool] = bindparam("anybody", type_=Boolean)


def _belongs(who: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether ``who`` is in a team of the organization, or a robot of it."""
    in_a_team = exists().where(
        team_member.c.account_id == who, _any.c.id == team_member.c.team_id, _any.c.organization_id == _OF
    )
    return or_(in_a_team, exists().where(robot.c.account_id == who, robot.c.owner_id == _OF))


_ALL = (
    select(
        _rule.uuid,
        _rule.role,
        team.c.name,
        _rule.creator_id,
        _rule.account_id,
        _belongs(_rule.creator_id),
        _belongs(_rule.account_id),
        *account_fields(_creator),
        *account_fields(_delegate),
    )
    .select_from(default_permission)
    .outerjoin(team, team.c.id == _rule.team_id)
    .outerjoin(_creator, _creator.c.id == _rule.creator_id)
    .outerjoin(_delegate, _delegate.c.id == _rule.account_id)
    .where(_rule.organization_id == _OF)
    .order_by(_rule.uuid)
)
_GET = _ALL.where(_rule.uuid == bindparam("wanted"))
_FIRST = 7
"""Columns before those of the creator."""

_here = (_rule.organization_id == bindparam("organization")) & (_rule.uuid == bindparam("wanted"))
_SAME = (
    select(_rule.uuid)
    .where(
        _rule.organization_id == bindparam("organization"),
        or_(_rule.creator_id == bindparam("creator"), _rule.creator_id.is_(None) & _ANYBODY),
        or_(_rule.account_id == bindparam("account"), _rule.team_id == bindparam("team")),
    )
    .limit(1)
)
_ADD = insert(default_permission)
_SET_ROLE = update(default_permission).where(_here).values(role=bindparam("new_role"))
_REMOVE = delete(default_permission).where(_here)
_FOREIGN_ROBOT = (
    select(account.c.name)
    .join(robot, robot.c.account_id == account.c.id)
    .where(account.c.id == bindparam("account"), robot.c.owner_id != bindparam("organization"))
)
_ORGANIZATION = select(account.c.name).where(account.c.id == bindparam("organization"))

_RULES = select(_rule.creator_id, _rule.account_id, _rule.team_id, _rule.role).where(
    _rule.organization_id == bindparam("organization"),
    or_(_rule.creator_id.is_(None), _rule.creator_id == bindparam("creator")),
)
_GRANT = insert(repository_grant)


def all_of(connection: Connection, organization_id: int) -> list[DefaultPermission]:
    """Return those of an organization."""
    return [_made(row) for row in connection.execute(_ALL, {"organization": organization_id})]


def get(connection: Connection, organization_id: int, uuid: str) -> DefaultPermission | None:
    """Return one of an organization; what is no key is nobody's."""
    if not uuid.isascii() or "\0" in uuid:
        return None
    row = connection.execute(_GET, {"organization": organization_id, "wanted": uuid}).first()
    return None if row is None else _made(row)


def put(connection: Connection, wish: PutDefault) -> str:
    """Add one, or change the role of the one there is; raises InvalidRequest for a foreign robot."""
    who = {"organization": wish.organization_id, "account": wish.account_id}
    robot_name = connection.execute(_FOREIGN_ROBOT, who).scalar()
    if robot_name is not None:
        name = connection.execute(_ORGANIZATION, {"organization": wish.organization_id}).scalar()
        raise InvalidRequest(f"Cannot add robot {robot_name} under namespace {name}")
    same = who | {"creator": wish.creator_id, "anybody": wish.creator_id is None, "team": wish.team_id}
    found: str | None = connection.execute(_SAME, same).scalar()
    if found is not None:
        set_role(connection, wish.organization_id, found, wish.role)
        return found
    row = {
        "uuid": wish.uuid,
        "organization_id": wish.organization_id,
        "creator_id": wish.creator_id,
        "account_id": wish.account_id,
        "team_id": wish.team_id,
        "role": wish.role.value,
    }
    connection.execute(_ADD, row)
    return wish.uuid


def set_role(connection: Connection, organization_id: int, uuid: str, role: Role) -> bool:
    """Change what one grants; False when there is none."""
    if get(connection, organization_id, uuid) is None:
        return False
    change = {"organization": organization_id, "wanted": uuid, "new_role": role.value}
    connection.execute(_SET_ROLE, change)
    return True


def remove(connection: Connection, organization_id: int, uuid: str) -> bool:
    """Remove one; False when there is none."""
    if get(connection, organization_id, uuid) is None:
        return False
    connection.execute(_REMOVE, {"organization": organization_id, "wanted": uuid})
    return True


def apply(connection: Connection, organization_id: int, repository_id: int, creator_id: int) -> None:
    """Grant what a new repository grants by default; the creator, who administers it, is left out.

    Of two rules for the same delegate the one for this creator wins over the one for everybody.
    """
    rules = connection.execute(_RULES, {"organization": organization_id, "creator": creator_id}).all()
    chosen = {
        (rule.account_id, rule.team_id): rule.role
        for rule in sorted(rules, key=lambda rule: rule.creator_id is not None)
        if rule.account_id != creator_id
    }
    if chosen:
        rows = [
            {"repository_id": repository_id, "account_id": account_id, "team_id": team_id, "role": role}
            for (account_id, team_id), role in chosen.items()
        ]
        connection.execute(_GRANT, rows)


def _made(row: Row[*tuple[Any, ...]]) -> DefaultPermission:
    uuid, role, team_name, creator_id, account_id, creator_member, delegate_member = row[:_FIRST]
    creator, delegate = row[_FIRST : _FIRST + ACCOUNT_FIELDS], row[_FIRST + ACCOUNT_FIELDS :]
    return DefaultPermission(
        uuid=uuid,
        role=Role(role),
        creator=None if creator_id is None else Delegate(account_of(creator), bool(creator_member)),
        account=None if account_id is None else Delegate(account_of(delegate), bool(delegate_member)),
        team=team_name or "",
    )
