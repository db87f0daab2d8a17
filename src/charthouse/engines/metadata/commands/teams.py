"""Teams and their members."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from charthouse.engines.metadata.tables import (
    account,
    repository,
    repository_grant,
    robot,
    team,
    team_member,
)
from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.permissions import NamespaceRole, RepositoryState, Role
from charthouse.ports.accounts import Account
from charthouse.ports.reads import ChangeKind
from charthouse.ports.teams import HeldRole, PutTeam, Team, TeamOverview

from .account_rows import account_fields, account_of
from .administrators import refuse_last, refuse_last_person
from .changes import log_change
from .inserts import insert_row
from .patterns import comparable
from .removal import forget_teams

_FIELDS = (team.c.id, team.c.organization_id, team.c.name, team.c.role, team.c.description)
_FIND = select(*_FIELDS).where(
    team.c.organization_id == bindparam("organization"), team.c.name == bindparam("wanted")
)
_ORGANIZATION = select(account.c.id).where(account.c.id == bindparam("organization"))
_LOCK = _ORGANIZATION.with_for_update(key_share=True)  # of two administrators who leave, one comes second

_joined = exists().where(team_member.c.team_id == team.c.id, team_member.c.account_id == bindparam("asking"))
_members = select(func.count()).where(team_member.c.team_id == team.c.id).scalar_subquery()
_granting = (
    select(func.count())
    .select_from(repository_grant)
    .where(repository_grant.c.team_id == team.c.id)
    .scalar_subquery()
)
_OVERVIEWS = (
    select(*_FIELDS, _members, _granting, _joined)
    .where(team.c.organization_id == bindparam("organization"))
    .order_by(team.c.id)
)

_ADD = insert(team)
_CHANGE = (
    update(team)
    .where(team.c.id == bindparam("key"))
    .values(role=bindparam("new_role"), description=bindparam("new_description"))
)

_at = (team_member.c.team_id == bindparam("team")) & (team_member.c.account_id == bindparam("member"))
_IS_MEMBER = select(exists().where(_at))
_ADD_MEMBER = insert(team_member)
_REMOVE_MEMBER = delete(team_member).where(_at)
_MEMBERS = (
    select(*account_fields(account))
    .join(team_member, team_member.c.account_id == account.c.id)
    .where(team_member.c.team_id == bindparam("team"))
    .order_by(account.c.name)
)
_MEMBERS_ON_PAGE = _MEMBERS.where(account.c.name > bindparam("after")).limit(bindparam("limit"))
_OWNER = (
    select(robot.c.owner_id, account.c.name)
    .join(account, account.c.id == robot.c.account_id)
    .where(robot.c.account_id == bindparam("member"))
)
_NAME = select(account.c.name).where(account.c.id == bindparam("organization"))
_GRANTS = (
    select(repository.c.path, repository.c.public, repository_grant.c.role)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(
        repository_grant.c.team_id == bindparam("team"), repository.c.state != RepositoryState.DELETED.value
    )
    .order_by(repository.c.path)
)


def lock_organization(connection: Connection, organization_id: int) -> None:
    """Keep other changes of the organization's teams waiting until the end of the transaction."""
    connection.execute(_LOCK, {"organization": organization_id}).all()


def overviews(connection: Connection, organization_id: int, account_id: int) -> list[TeamOverview]:
    """Return the teams of an organization as the account sees them."""
    rows = connection.execute(_OVERVIEWS, {"organization": organization_id, "asking": account_id})
    return [TeamOverview(_team(row), row[5], row[6], bool(row[7])) for row in rows]


def find(connection: Connection, organization_id: int, name: str) -> Team | None:
    """Return the team of this name; what is no name is no team's."""
    if not name.isascii() or "\0" in name:
        return None
    row = connection.execute(_FIND, {"organization": organization_id, "wanted": name}).first()
    return None if row is None else _team(row)


def put(connection: Connection, wish: PutTeam) -> tuple[Team, bool]:
    """Make or change a team; raises InvalidRequest when its role may not be lowered."""
    lock_organization(connection, wish.organization_id)
    found = find(connection, wish.organization_id, wish.name)
    if found is None:
        return _make(connection, wish), True
    if found.role is NamespaceRole.ADMIN and wish.role is not NamespaceRole.ADMIN:
        refuse_last(
            connection,
            found,
            wish.acting_id,
            f"The role of team {found.name} cannot be lowered: nobody, or not you, would administer the organization.",
        )
    text = found.description if wish.description is None else wish.description
    change = {"key": found.team_id, "new_role": wish.role.value, "new_description": text}
    connection.execute(_CHANGE, change)
    if found.role is not wish.role:
        log_change(connection, ChangeKind.EVERYTHING, 0)
    return Team(found.team_id, found.organization_id, found.name, wish.role, text), False


def remove(connection: Connection, organization_id: int, name: str, acting_id: int) -> bool:
    """Remove a team with all that it gives; False when there is none; raises InvalidRequest."""
    lock_organization(connection, organization_id)
    found = find(connection, organization_id, name)
    if found is None:
        return False
    if found.role is NamespaceRole.ADMIN:
        refuse_last(
            connection,
            found,
            acting_id,
            f"Team {name} cannot be deleted: nobody, or not you, would administer the organization.",
        )
    forget_teams(connection, [found.team_id])
    log_change(connection, ChangeKind.EVERYTHING, 0)
    return True


def members(connection: Connection, team_id: int) -> list[Account]:
    """Return users and robots of a team."""
    return [account_of(row) for row in connection.execute(_MEMBERS, {"team": team_id})]


def members_page(connection: Connection, team_id: int, after: str, limit: int) -> list[Account]:
    """Return users and robots of a team whose names come after ``after``, by name."""
    if not comparable(after):
        return []
    asked = {"team": team_id, "after": after, "limit": limit}
    return [account_of(row) for row in connection.execute(_MEMBERS_ON_PAGE, asked)]


def is_member(connection: Connection, team_id: int, account_id: int) -> bool:
    """Tell whether the account is in the team."""
    return bool(connection.execute(_IS_MEMBER, {"team": team_id, "member": account_id}).scalar())


def add_member(connection: Connection, to: Team, account_id: int) -> None:
    """Add a user or robot; raises InvalidRequest for a robot of another namespace, NotFound for no team."""
    if find(connection, to.organization_id, to.name) is None:
        raise NotFound(f"there is no team {to.name}")
    owner = connection.execute(_OWNER, {"member": account_id}).first()
    if owner is not None and owner.owner_id != to.organization_id:
        name = connection.execute(_NAME, {"organization": to.organization_id}).scalar()
        raise InvalidRequest(f"Cannot add robot {owner.name} under namespace {name}")
    if is_member(connection, to.team_id, account_id):
        return
    connection.execute(_ADD_MEMBER, {"team_id": to.team_id, "account_id": account_id})
    log_change(connection, ChangeKind.ACCOUNT, account_id)


def remove_member(connection: Connection, of: Team, account_id: int, acting_id: int) -> bool:
    """Take somebody out; False when the account is not in; raises InvalidRequest."""
    lock_organization(connection, of.organization_id)
    if not is_member(connection, of.team_id, account_id):
        return False
    if account_id == acting_id and of.role is NamespaceRole.ADMIN:
        refuse_last(
            connection,
            of,
            acting_id,
            "User cannot remove themselves from their only admin team.",
            alone=False,
        )
    # Of two administrators who take each other out, the second has lost the right since it was asked for.
    refuse_last_person(
        connection, of, account_id, "Cannot remove user as they are the only organization admin"
    )
    connection.execute(_REMOVE_MEMBER, {"team": of.team_id, "member": account_id})
    log_change(connection, ChangeKind.ACCOUNT, account_id)
    return True


def grants(connection: Connection, team_id: int) -> list[HeldRole]:
    """Return what repositories grant to the team."""
    rows = connection.execute(_GRANTS, {"team": team_id})
    return [HeldRole(path, public, Role(role)) for path, public, role in rows]


def _make(connection: Connection, wish: PutTeam) -> Team:
    text = wish.description or ""
    row = {
        "organization_id": wish.organization_id,
        "name": wish.name,
        "role": wish.role.value,
        "description": text,
    }
    return Team(insert_row(connection, _ADD, row), wish.organization_id, wish.name, wish.role, text)


def _team(row: Row[*tuple[Any, ...]]) -> Team:
    return Team(row[0], row[1], row[2], NamespaceRole(row[3]), row[4])
