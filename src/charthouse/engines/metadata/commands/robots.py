"""Robots, what is granted to them, and whose tokens become theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from charthouse.engines.metadata.tables import (
    account,
    default_permission,
    repository,
    repository_grant,
    robot,
    robot_federation,
    team,
    team_member,
)
from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.permissions import RepositoryState, Role
from charthouse.ports.accounts import Account, AccountKind
from charthouse.ports.reads import ChangeKind
from charthouse.ports.robots import (
    NewRobot,
    Robot,
    RobotChange,
    RobotGrant,
    RobotLogin,
    RobotRights,
    TrustedIdentity,
)

from .account_rows import ACCOUNT_FIELDS, account_fields, account_of, add_account
from .changes import log_change
from .patterns import ESCAPE, comparable, containing

_owner = account.alias("owner")
_ROBOT = (
    robot.c.owner_id, robot.c.sealed_token, robot.c.creates, robot.c.description, robot.c.metadata,
)  # fmt: skip
_FIELDS = (*account_fields(account), *_ROBOT)
_ROBOTS = select(*_FIELDS).join(robot, robot.c.account_id == account.c.id)
_OF_OWNER = _ROBOTS.where(robot.c.owner_id == bindparam("owner"))
_GET = _OF_OWNER.where(account.c.name == bindparam("wanted"))
_ALL = (
    _OF_OWNER.where(
        account.c.name > bindparam("after"), account.c.name.like(bindparam("pattern"), escape=ESCAPE)
    )
    .order_by(account.c.name)
    .limit(bindparam("limit"))
)
_LOGIN = (
    select(*_FIELDS, *account_fields(_owner))
    .join(robot, robot.c.account_id == account.c.id)
    .join(_owner, _owner.c.id == robot.c.owner_id)
    .where(account.c.name == bindparam("wanted"))
)

_ADD = insert(robot)
_CHANGE = update(robot).where(robot.c.account_id == bindparam("which"))
_SET_TOKEN = _CHANGE.values(sealed_token=bindparam("sealed"))
_END_TOKENS = (
    update(account)
    .where(account.c.id == bindparam("which"))
    .values(epoch=account.c.epoch + 1, login_epoch=account.c.login_epoch + 1)
)

_PLACES = select(repository.c.path, repository.c.id).where(
    repository.c.namespace_id == bindparam("owner"),
    repository.c.state != RepositoryState.DELETED.value,
    repository.c.path.in_(bindparam("paths", expanding=True)),
)
# Shared: the namespace and its repositories are neither deleted nor renamed before the end of the transaction.
_PLACES = _PLACES.with_for_update(read=True, key_share=True)
_OWNER = (
    select(account.c.id)
    .where(
        account.c.id == bindparam("owner"), account.c.kind.in_([AccountKind.USER, AccountKind.ORGANIZATION])
    )
    .with_for_update(read=True, key_share=True)
)
_LOCK = (
    select(robot.c.owner_id)
    .join(account, account.c.id == robot.c.account_id)
    .where(robot.c.account_id == bindparam("which"))
    .with_for_update()
)
_GRANT = insert(repository_grant)
_UNGRANT = delete(repository_grant).where(repository_grant.c.account_id == bindparam("which"))
_GRANTS = (
    select(repository.c.path, repository_grant.c.role, repository.c.public)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(
        repository_grant.c.account_id == bindparam("which"),
        repository.c.state != RepositoryState.DELETED.value,
    )
    .order_by(repository.c.path)
)
_TEAMS_OF_ALL = (
    select(team_member.c.account_id, team.c.name)
    .join(team, team.c.id == team_member.c.team_id)
    .join(robot, robot.c.account_id == team_member.c.account_id)
    .where(robot.c.owner_id == bindparam("owner"))
    .order_by(team.c.name)
)
_TEAMS = (
    select(team.c.name)
    .join(team_member, team_member.c.team_id == team.c.id)
    .where(team_member.c.account_id == bindparam("which"))
    .order_by(team.c.name)
)
_REPOSITORIES_OF_ALL = (
    select(repository_grant.c.account_id, repository.c.path)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .join(robot, robot.c.account_id == repository_grant.c.account_id)
    .where(robot.c.owner_id == bindparam("owner"), repository.c.state != RepositoryState.DELETED.value)
    .order_by(repository.c.path)
)

_FEDERATION = (
    select(robot_federation)
    .where(robot_federation.c.robot_id == bindparam("which"))
    .order_by(robot_federation.c.id)
)
_TRUST = insert(robot_federation)
_DISTRUST = delete(robot_federation).where(robot_federation.c.robot_id == bindparam("which"))
_REMOVALS = (
    delete(repository_grant).where(repository_grant.c.account_id == bindparam("which")),
    delete(team_member).where(team_member.c.account_id == bindparam("which")),
    delete(default_permission).where(
        or_(
            default_permission.c.account_id == bindparam("which"),
            default_permission.c.creator_id == bindparam("which"),
        )
    ),
    _DISTRUST,
    delete(robot).where(robot.c.account_id == bindparam("which")),
    delete(account).where(account.c.id == bindparam("which")),
)


def add(connection: Connection, new: NewRobot) -> Robot:
    """Create a robot with its grants.

    Raises AlreadyExists, NotFound (no such owner), or InvalidRequest for an unknown repository.
    """
    if connection.execute(_OWNER, {"owner": new.owner_id}).first() is None:
        raise NotFound("the namespace is gone")
    made = add_account(
        connection,
        Account(
            account_id=0,
            name=new.name,
            kind=AccountKind.ROBOT,
            email="",
            password_hash="",
            enabled=True,
            superuser=False,
            epoch=1,
            created_ms=new.now_ms,
        ),
    )
    added = Robot(made, new.owner_id, new.sealed_token, new.creates, new.description, new.metadata)
    row = {
        "account_id": made.account_id,
        "owner_id": new.owner_id,
        "sealed_token": new.sealed_token,
        "creates": new.creates,
        "description": new.description,
        "metadata": new.metadata,
    }
    connection.execute(_ADD, row)
    _grant(connection, made.account_id, new.owner_id, new.grants)
    return added


def get(connection: Connection, owner_id: int, name: str) -> Robot | None:
    """Return the robot of this owner and full name."""
    row = connection.execute(_GET, {"owner": owner_id, "wanted": name}).first()
    return None if row is None else _robot(row)


def all_of(connection: Connection, owner_id: int, limit: int, after: str, part: str) -> list[Robot]:
    """Return robots of an owner, by name: those after a full name, with ``part`` in their short name."""
    if not comparable(after, part):
        return []
    asked = {"owner": owner_id, "limit": limit, "after": after, "pattern": containing(part, "%+%")}
    return [_robot(row) for row in connection.execute(_ALL, asked)]


def change(connection: Connection, robot_id: int, wanted: RobotChange) -> bool:
    """Change a robot, False when it is gone; raises InvalidRequest for an unknown repository."""
    owner_id = connection.execute(_LOCK, {"which": robot_id}).scalar()
    if owner_id is None:
        return False
    values = {
        name: value
        for name in ("creates", "description", "metadata")
        if (value := getattr(wanted, name)) is not None
    }
    if values:
        connection.execute(_CHANGE.values(values), {"which": robot_id})
    if wanted.grants is not None:
        connection.execute(_UNGRANT, {"which": robot_id})
        _grant(connection, robot_id, owner_id, wanted.grants)
    log_change(connection, ChangeKind.ACCOUNT, robot_id)
    return True


def set_token(connection: Connection, robot_id: int, sealed_token: bytes) -> bool:
    """Replace the token and raise the epoch; False when the robot is gone."""
    if not _end_tokens(connection, robot_id):
        return False
    connection.execute(_SET_TOKEN, {"which": robot_id, "sealed": sealed_token})
    return True


def remove(connection: Connection, robot_id: int) -> bool:
    """Delete a robot and all that is granted to it; False when it is gone already."""
    if connection.execute(_LOCK, {"which": robot_id}).first() is None:
        return False
    for removal in _REMOVALS:
        connection.execute(removal, {"which": robot_id})
    log_change(connection, ChangeKind.ACCOUNT, robot_id)
    return True


def grants(connection: Connection, robot_id: int) -> list[RobotGrant]:
    """Return what repositories grant to the robot itself."""
    return [
        RobotGrant(row.path, Role(row.role), row.public)
        for row in connection.execute(_GRANTS, {"which": robot_id})
    ]


def rights(connection: Connection, owner_id: int) -> dict[int, RobotRights]:
    """Return teams and repositories of each robot of an owner that has any."""
    teams: defaultdict[int, list[str]] = defaultdict(list)
    places: defaultdict[int, list[str]] = defaultdict(list)
    for robot_id, name in connection.execute(_TEAMS_OF_ALL, {"owner": owner_id}):
        teams[robot_id].append(name)
    for robot_id, path in connection.execute(_REPOSITORIES_OF_ALL, {"owner": owner_id}):
        places[robot_id].append(path)
    return {
        robot_id: RobotRights(tuple(teams[robot_id]), tuple(places[robot_id]))
        for robot_id in [*teams, *(other for other in places if other not in teams)]
    }


def teams(connection: Connection, robot_id: int) -> list[str]:
    """Return the names of the teams that a robot is in."""
    return list(connection.execute(_TEAMS, {"which": robot_id}).scalars())


def login(connection: Connection, name: str) -> RobotLogin | None:
    """Return the robot of this full name with its owner, read at one moment."""
    row = connection.execute(_LOGIN, {"wanted": name}).first()
    return None if row is None else RobotLogin(_robot(row), account_of(row[len(_FIELDS) :]))


def federation(connection: Connection, robot_id: int) -> list[TrustedIdentity]:
    """Return whose tokens become the robot's."""
    return [
        TrustedIdentity(
            row.issuer,
            row.subject,
            msgspec.json.decode(row.audiences, type=tuple[str, ...]),
            msgspec.json.decode(row.claims, type=dict[str, str]),
        )
        for row in connection.execute(_FEDERATION, {"which": robot_id})
    ]


def set_federation(connection: Connection, robot_id: int, trusted: Sequence[TrustedIdentity]) -> bool:
    """Replace whose tokens become the robot's, and raise the epoch; False when the robot is gone."""
    if not _end_tokens(connection, robot_id):
        return False
    connection.execute(_DISTRUST, {"which": robot_id})
    for one in trusted:
        row = {
            "robot_id": robot_id,
            "issuer": one.issuer,
            "subject": one.subject,
            "audiences": msgspec.json.encode(one.audiences).decode(),
            "claims": msgspec.json.encode(one.claims).decode(),
        }
        connection.execute(_TRUST, row)
    return True


def _end_tokens(connection: Connection, robot_id: int) -> bool:
    """Raise the epochs, which also keeps other changes of the robot waiting; False when it is gone."""
    if connection.execute(_LOCK, {"which": robot_id}).first() is None:
        return False
    connection.execute(_END_TOKENS, {"which": robot_id})
    log_change(connection, ChangeKind.ACCOUNT, robot_id)
    return True


def _grant(connection: Connection, robot_id: int, owner_id: int, wanted: Sequence[RobotGrant]) -> None:
    if not wanted:
        return
    asked = {"owner": owner_id, "paths": [grant.repository for grant in wanted]}
    found = {row.path: row.id for row in connection.execute(_PLACES, asked)}
    for grant in wanted:
        if grant.repository not in found:
            raise InvalidRequest(f"there is no repository {grant.repository}", {"name": grant.repository})
    rows = [
        {"repository_id": found[grant.repository], "account_id": robot_id, "role": grant.role.value}
        for grant in wanted
    ]
    connection.execute(_GRANT, rows)


def _robot(row: Row[*tuple[Any, ...]]) -> Robot:
    return Robot(account_of(row), *row[ACCOUNT_FIELDS : len(_FIELDS)])
