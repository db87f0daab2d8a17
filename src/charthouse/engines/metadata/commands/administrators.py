"""Nobody leaves an organization without an administrator by leaving it. Source: Quay 3.7's rules."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, select

from charthouse.engines.metadata.tables import account, team, team_member
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import AccountKind
from charthouse.ports.teams import Team

_WHO = team_member.c.account_id == bindparam("wanted")
_ADMIN = team.c.role == NamespaceRole.ADMIN
_MINE = (
    select(team.c.organization_id).join(team_member, team_member.c.team_id == team.c.id).where(_WHO, _ADMIN)
)

_other = account.alias("other")
_their = team_member.alias("their")
_theirs = team.alias("theirs")
_another = exists().where(
    _theirs.c.organization_id == account.c.id,
    _theirs.c.role == NamespaceRole.ADMIN,
    _their.c.team_id == _theirs.c.id,
    _their.c.account_id == _other.c.id,
    _other.c.id != bindparam("wanted"),
    _other.c.kind == AccountKind.USER.value,
    _other.c.enabled,
)
_SOLE = select(account.c.name).where(account.c.id.in_(_MINE), ~_another).order_by(account.c.name)

_LEFT_ALONE = select(account.c.id).where(account.c.id == bindparam("organization"), ~_another)

_LOCK_ORGANIZATIONS = (
    select(account.c.id).where(account.c.id.in_(_MINE)).order_by(account.c.id).with_for_update(key_share=True)
)

_OWN_TEAMS = (
    select(team.c.id)
    .join(team_member, team_member.c.team_id == team.c.id)
    .where(_WHO, _ADMIN, team.c.organization_id == bindparam("organization"))
)
_ADMIN_TEAMS = select(team.c.id).where(_ADMIN, team.c.organization_id == bindparam("organization"))


def sole_administrator_of(connection: Connection, account_id: int) -> list[str]:
    """Return the names of organizations that no other user who can log in administers."""
    return list(connection.execute(_SOLE, {"wanted": account_id}).scalars())


def refuse_sole_administrator(connection: Connection, account_id: int) -> None:
    """Raise InvalidRequest when an organization would be left without an administrator.

    Of two administrators who go at once the second waits, and finds that it is the only one by now.
    """
    connection.execute(_LOCK_ORGANIZATIONS, {"wanted": account_id}).all()
    names = sole_administrator_of(connection, account_id)
    if names:
        raise InvalidRequest(
            f"this user is the only administrator of {', '.join(names)}: name another one there first"
        )


def refuse_last(
    connection: Connection, own: Team, acting_id: int, message: str, *, alone: bool = True
) -> None:
    """Raise InvalidRequest when the team is the only one by which the acting account administers.

    With ``alone`` also when the organization has no other team that administers it.
    """
    where = {"wanted": acting_id, "organization": own.organization_id}
    if connection.execute(_OWN_TEAMS, where).scalars().all() == [own.team_id]:
        raise InvalidRequest(message)
    if alone and connection.execute(_ADMIN_TEAMS, where).scalars().all() == [own.team_id]:
        raise InvalidRequest(message)


def refuse_last_person(connection: Connection, out_of: Team, account_id: int, message: str) -> None:
    """Raise InvalidRequest when nobody would administer the organization once the account is out of the team."""
    where = {"wanted": account_id, "organization": out_of.organization_id}
    if connection.execute(_OWN_TEAMS, where).scalars().all() != [out_of.team_id]:
        return
    if connection.execute(_LEFT_ALONE, where).first() is not None:
        raise InvalidRequest(message)
