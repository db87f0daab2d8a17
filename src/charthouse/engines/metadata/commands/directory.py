"""Finding people, teams and repositories by parts of their names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, exists, func, or_, select

from charthouse.engines.metadata.tables import account, repository, robot, team, team_member
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import Account, AccountKind
from charthouse.ports.directory import FoundPerson, FoundRepository, FoundTeam, PeopleQuery, RepositoryQuery

from .account_rows import ACCOUNT_FIELDS, account_fields, account_of
from .patterns import ESCAPE, literal
from .rights import NOT_DELETED, READABLE

_LIMIT: BindParameter[int] = bindparam("limit")
_PATTERN: BindParameter[str] = bindparam("pattern")
_WHO: BindParameter[int] = bindparam("who")
_ORGANIZATION: BindParameter[int] = bindparam("organization")


def _like(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column.like(_PATTERN, escape=ESCAPE)


_is_user = (account.c.kind == AccountKind.USER.value) & account.c.enabled
_is_robot_of = exists().where(robot.c.account_id == account.c.id, robot.c.owner_id == bindparam("robots_of"))
_member = or_(
    exists().where(
        team_member.c.account_id == account.c.id,
        team.c.id == team_member.c.team_id,
        team.c.organization_id == _ORGANIZATION,
    ),
    exists().where(robot.c.account_id == account.c.id, robot.c.owner_id == _ORGANIZATION),
)
_PEOPLE = (
    select(*account_fields(account), _member)
    .where(account.c.name >= bindparam("first"), account.c.name <= bindparam("last"))
    .where(or_(_is_user, _is_robot_of))
    .order_by(account.c.name)
    .limit(_LIMIT)
)
_TEAMS = (
    select(team.c.name)
    .where(team.c.organization_id == _ORGANIZATION, _like(team.c.name))
    .order_by(team.c.name)
    .limit(_LIMIT)
)
_begins = case(
    (account.c.name >= bindparam("first"), case((account.c.name <= bindparam("last"), 0), else_=1)), else_=1
)
_NAMESPACES = (
    select(*account_fields(account))
    .where(
        account.c.kind.in_([AccountKind.USER.value, AccountKind.ORGANIZATION.value]),
        account.c.enabled,
        _like(account.c.name),
    )
    .order_by(_begins, account.c.name)
    .limit(_LIMIT)
)
_own_team = team.alias("own_team")
_administered = (
    select(_own_team.c.organization_id)
    .join(team_member, team_member.c.team_id == _own_team.c.id)
    .where(team_member.c.account_id == _WHO, _own_team.c.role == NamespaceRole.ADMIN)
)
_ADMINISTERED_TEAMS = (
    select(*account_fields(account), team.c.name)
    .join(team, team.c.organization_id == account.c.id)
    .where(team.c.organization_id.in_(_administered), _like(team.c.name))
    .order_by(account.c.name, team.c.name)
    .limit(_LIMIT)
)
_ADMINISTERED_ROBOTS = (
    select(*account_fields(account))
    .join(robot, robot.c.account_id == account.c.id)
    .where(or_(robot.c.owner_id == _WHO, robot.c.owner_id.in_(_administered)), _like(account.c.name))
    .order_by(account.c.name)
    .limit(_LIMIT)
)
_described = _like(func.lower(repository.c.description))
_holder = account.alias("holder")
_EVERY_REPOSITORY = (
    select(*account_fields(_holder), repository.c.path, repository.c.description, repository.c.public)
    .join(repository, repository.c.namespace_id == _holder.c.id)
    .where(NOT_DELETED, or_(repository.c.path.like(bindparam("named"), escape=ESCAPE), _described))
    .order_by(repository.c.path)
    .limit(_LIMIT)
    .offset(bindparam("offset"))
)
_REPOSITORIES = _EVERY_REPOSITORY.where(READABLE)


def people(connection: Connection, query: PeopleQuery) -> list[FoundPerson]:
    """Return users and robots by name."""
    first = _plain(query.prefix)
    if first is None:
        return []
    where = {
        "first": first,
        "last": first if query.whole else _last(first),
        "robots_of": query.robots_of,
        "organization": query.organization_id,
        "limit": query.limit,
    }
    rows = connection.execute(_PEOPLE, where)
    return [FoundPerson(account_of(row), bool(row[ACCOUNT_FIELDS])) for row in rows]


def teams(connection: Connection, organization_id: int, prefix: str, limit: int) -> list[str]:
    """Return names of an organization's teams that begin so."""
    text = _plain(prefix)
    if text is None:
        return []
    where = {"organization": organization_id, "pattern": f"{literal(text)}%", "limit": limit}
    return list(connection.execute(_TEAMS, where).scalars())


def namespaces(connection: Connection, text: str, limit: int) -> list[Account]:
    """Return users and organizations with ``text`` in the name."""
    plain = _plain(text)
    if plain is None:
        return []
    where = _within(plain, limit) | {"first": plain, "last": _last(plain)}
    return [account_of(row) for row in connection.execute(_NAMESPACES, where)]


def administered_teams(connection: Connection, account_id: int, text: str, limit: int) -> list[FoundTeam]:
    """Return teams of organizations that the account administers."""
    plain = _plain(text)
    if plain is None:
        return []
    rows = connection.execute(_ADMINISTERED_TEAMS, _within(plain, limit) | {"who": account_id})
    return [FoundTeam(row[ACCOUNT_FIELDS], account_of(row)) for row in rows]


def administered_robots(connection: Connection, account_id: int, text: str, limit: int) -> list[Account]:
    """Return robots of the account and of organizations that it administers."""
    plain = _plain(text)
    if plain is None:
        return []
    rows = connection.execute(_ADMINISTERED_ROBOTS, _within(plain, limit) | {"who": account_id})
    return [account_of(row) for row in rows]


def repositories(connection: Connection, query: RepositoryQuery) -> list[FoundRepository]:
    """Return repositories with the text in name or description."""
    if "\0" in query.text:
        return []
    where = _within(query.text.lower(), query.limit) | {"offset": query.offset}
    where["named"] = where["pattern"] if query.text.isascii() else ""  # which MariaDB could not compare
    if query.everything:
        rows = connection.execute(_EVERY_REPOSITORY, where)
    else:
        rows = connection.execute(_REPOSITORIES, where | {"account_id": query.account_id})
    return [
        FoundRepository(path=path, description=description, public=public, namespace=account_of(row))
        for row in rows
        for path, description, public in (row[ACCOUNT_FIELDS:],)
    ]


def _plain(text: str) -> str | None:
    """Return text as names have it; None for what is in no name."""
    lower = text.lower()
    return lower if lower.isascii() and lower.isprintable() else None


def _last(prefix: str) -> str:
    """Return what sorts after every name that begins with ``prefix``."""
    return f"{prefix}~"


def _within(text: str, limit: int) -> dict[str, Any]:
    return {"pattern": f"%{literal(text)}%", "limit": limit}
