"""Who has a place in an organization: members of its teams, and collaborators without one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, delete, exists, select

from charthouse.engines.metadata.tables import account, repository, repository_grant, team, team_member
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import RepositoryState
from charthouse.ports.accounts import AccountKind
from charthouse.ports.reads import ChangeKind
from charthouse.ports.teams import PeoplePage, Person

from .account_rows import ACCOUNT_FIELDS, account_fields, account_of
from .administrators import sole_administrator_of
from .changes import log_change
from .patterns import ESCAPE, comparable, containing
from .teams import lock_organization

_IN = team.c.organization_id == bindparam("organization")
_IS_USER = account.c.kind == AccountKind.USER.value
_WHO: BindParameter[int] = bindparam("wanted")

_PLACES = (
    select(*account_fields(account), team.c.name.label("place"))
    .join(team_member, team_member.c.account_id == account.c.id)
    .join(team, team.c.id == team_member.c.team_id)
    .where(_IN, _IS_USER)
    .order_by(account.c.name, team.c.name)
)
_PLACES_OF = _PLACES.where(account.c.id == _WHO)
_in_a_team = (
    exists()
    .where(team_member.c.account_id == account.c.id, team.c.id == team_member.c.team_id, _IN)
    .correlate(account)
)
_GRANTED = (
    select(*account_fields(account), repository.c.path.label("place"))
    .join(repository_grant, repository_grant.c.account_id == account.c.id)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(
        repository.c.namespace_id == bindparam("organization"),
        repository.c.state != RepositoryState.DELETED.value,
        _IS_USER,
    )
    .order_by(account.c.name, repository.c.path)
)
_GRANTED_TO_MEMBERS = _GRANTED.where(_in_a_team)
_GRANTED_TO_OTHERS = _GRANTED.where(~_in_a_team)
_GRANTED_TO = _GRANTED.where(account.c.id == _WHO)

_ON_PAGE = account.c.id.in_(bindparam("page", expanding=True))
_PLACES_ON_PAGE = _PLACES.where(_ON_PAGE)
_GRANTED_ON_PAGE = (
    select(repository_grant.c.account_id, repository.c.path)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(
        repository.c.namespace_id == bindparam("organization"),
        repository.c.state != RepositoryState.DELETED.value,
        repository_grant.c.account_id.in_(bindparam("page", expanding=True)),
    )
    .order_by(repository.c.path)
)
_WANTED = (
    account.c.name > bindparam("after"),
    account.c.name.like(bindparam("pattern"), escape=ESCAPE),
    _IS_USER,
)
_MEMBERS_ON_PAGE = (
    select(*account_fields(account))
    .distinct()
    .join(team_member, team_member.c.account_id == account.c.id)
    .join(team, team.c.id == team_member.c.team_id)
    .where(_IN, *_WANTED)
    .order_by(account.c.name)
    .limit(bindparam("limit"))
)
_OTHERS_ON_PAGE = (
    select(*account_fields(account))
    .distinct()
    .join(repository_grant, repository_grant.c.account_id == account.c.id)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(
        repository.c.namespace_id == bindparam("organization"),
        repository.c.state != RepositoryState.DELETED.value,
        ~_in_a_team,
        *_WANTED,
    )
    .order_by(account.c.name)
    .limit(bindparam("limit"))
)

_TEAMS = select(team.c.id).where(_IN)
_ANY_TEAM = select(exists().where(team_member.c.account_id == _WHO, team_member.c.team_id.in_(_TEAMS)))
_NAME = select(account.c.name).where(account.c.id == bindparam("organization"))
_LEAVE = delete(team_member).where(
    team_member.c.account_id == _WHO, team_member.c.team_id.in_(bindparam("keys", expanding=True))
)
_GRANTS = (
    select(repository_grant.c.id)
    .join(repository, repository.c.id == repository_grant.c.repository_id)
    .where(repository_grant.c.account_id == _WHO, repository.c.namespace_id == bindparam("organization"))
)
_REVOKE = delete(repository_grant).where(repository_grant.c.id.in_(bindparam("keys", expanding=True)))


def people(connection: Connection, organization_id: int) -> list[Person]:
    """Return the users of all teams, by name."""
    found = _gathered(connection.execute(_PLACES, {"organization": organization_id}))
    granted = connection.execute(_GRANTED_TO_MEMBERS, {"organization": organization_id})
    for person, repositories in _by_account(granted).values():
        found[person.account_id].repositories.extend(map(_below, repositories))
    return list(found.values())


def collaborators(connection: Connection, organization_id: int) -> list[Person]:
    """Return the users who are in no team, and to whom a repository grants something."""
    rows = connection.execute(_GRANTED_TO_OTHERS, {"organization": organization_id})
    return [Person(who, [], list(map(_below, places))) for who, places in _by_account(rows).values()]


def page(connection: Connection, wish: PeoplePage) -> list[Person]:
    """Return some of those whom ``people``, or ``collaborators``, returns."""
    if not comparable(wish.after, wish.part):
        return []
    asked = {
        "organization": wish.organization_id,
        "after": wish.after,
        "pattern": containing(wish.part),
        "limit": wish.limit,
    }
    rows = connection.execute(_MEMBERS_ON_PAGE if wish.members else _OTHERS_ON_PAGE, asked)
    found = {row[0]: Person(account_of(row), [], []) for row in rows}
    where = {"organization": wish.organization_id, "page": list(found)}
    for key, (_, teams) in _by_account(connection.execute(_PLACES_ON_PAGE, where)).items():
        found[key].teams.extend(teams)
    for key, path in connection.execute(_GRANTED_ON_PAGE, where):
        found[key].repositories.append(_below(path))
    return list(found.values())


def person(connection: Connection, organization_id: int, account_id: int) -> Person | None:
    """Return one user with a place in the organization, by a team or without one."""
    where = {"organization": organization_id, "wanted": account_id}
    found = _gathered(connection.execute(_PLACES_OF, where)).get(account_id)
    for who, places in _by_account(connection.execute(_GRANTED_TO, where)).values():
        found = found or Person(who, [], [])
        found.repositories.extend(map(_below, places))
    return found


def is_in_organization(connection: Connection, organization_id: int, account_id: int) -> bool:
    """Tell whether the account is in any team."""
    where = {"organization": organization_id, "wanted": account_id}
    return bool(connection.execute(_ANY_TEAM, where).scalar())


def remove_person(connection: Connection, organization_id: int, account_id: int) -> None:
    """Take a user out of all teams and grants; raises InvalidRequest for the only administrator."""
    lock_organization(connection, organization_id)
    where = {"organization": organization_id, "wanted": account_id}
    name = connection.execute(_NAME, {"organization": organization_id}).scalar()
    if name in sole_administrator_of(connection, account_id):
        raise InvalidRequest("Cannot remove user as they are the only organization admin")
    _drop(connection, _TEAMS, _LEAVE, where)
    _drop(connection, _GRANTS, _REVOKE, where)
    log_change(connection, ChangeKind.ACCOUNT, account_id)


def _drop(connection: Connection, find: Select[int], drop: Any, where: dict[str, int]) -> None:
    keys = list(connection.execute(find, where).scalars())
    if keys:
        connection.execute(drop, where | {"keys": keys})


def _by_account(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, tuple[Any, list[str]]]:
    found: dict[int, tuple[Any, list[str]]] = {}
    for row in rows:
        found.setdefault(row[0], (account_of(row), []))[1].append(row[ACCOUNT_FIELDS])
    return found


def _gathered(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, Person]:
    return {key: Person(who, teams, []) for key, (who, teams) in _by_account(rows).items()}


def _below(path: str) -> str:
    """Return a repository's name without its namespace."""
    return path.partition("/")[2]
