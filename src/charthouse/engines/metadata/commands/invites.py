"""Invitations to teams."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from charthouse.engines.metadata.tables import DELETED_ACCOUNT, account, team, team_invite
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.invites import Invite, NewInvite
from charthouse.ports.teams import Team

from .account_rows import ACCOUNT_FIELDS, account_fields, account_of
from .teams import add_member

_row = team_invite.c
_invited, _inviter, _organization = account.alias("invited"), account.alias("inviter"), account.alias("org")
_FIELDS = (
    _row.code_hash, _row.sealed_code, _row.email, _row.created_ms, _row.dismissed, _row.account_id,
    team.c.id, team.c.organization_id, team.c.name, team.c.role, team.c.description,
    _organization.c.name, _inviter.c.name,
)  # fmt: skip
_ALL = (
    select(*_FIELDS, *account_fields(_invited))
    .select_from(team_invite)
    .join(team, team.c.id == _row.team_id)
    .join(_organization, _organization.c.id == team.c.organization_id)
    .outerjoin(_inviter, (_inviter.c.id == _row.inviter_id) & (_inviter.c.kind != DELETED_ACCOUNT))
    .outerjoin(_invited, _invited.c.id == _row.account_id)
)
_OF_TEAM = _ALL.where(_row.team_id == bindparam("team")).order_by(_row.created_ms, _row.code_hash)
_OF_ACCOUNT = _ALL.where(_row.account_id == bindparam("who")).order_by(_row.created_ms.desc(), _row.code_hash)
_BY_CODE = _ALL.where(_row.code_hash == bindparam("code"))
_LOCK = select(_row.code_hash).where(_row.code_hash == bindparam("code")).with_for_update()

_ADD = insert(team_invite)
_SAME = select(_row.code_hash).where(
    _row.team_id == bindparam("team"),
    or_(_row.account_id == bindparam("who"), _row.email == bindparam("address")),
)
_REMOVE = delete(team_invite).where(_row.code_hash == bindparam("code"))
_DISMISS = update(team_invite).where(_row.code_hash == bindparam("code")).values(dismissed=bindparam("aside"))


def add(connection: Connection, invite: NewInvite) -> bool:
    """Keep an invitation; False when the same team has invited them already."""
    same = {"team": invite.team_id, "who": invite.account_id, "address": invite.email}
    if connection.execute(_SAME, same).first() is not None:
        return False
    connection.execute(_ADD, msgspec.structs.asdict(invite) | {"dismissed": False})
    return True


def of_team(connection: Connection, team_id: int) -> list[Invite]:
    """Return the invitations of a team."""
    return [_made(row) for row in connection.execute(_OF_TEAM, {"team": team_id})]


def of_account(connection: Connection, account_id: int) -> list[Invite]:
    """Return the invitations of a user."""
    return [_made(row) for row in connection.execute(_OF_ACCOUNT, {"who": account_id})]


def by_code(connection: Connection, code_hash: str) -> Invite | None:
    """Return the invitation."""
    row = connection.execute(_BY_CODE, {"code": code_hash}).first()
    return None if row is None else _made(row)


def accept(connection: Connection, code_hash: str, account_id: int) -> bool:
    """Make the account a member and forget the invitation; False when it is gone."""
    if connection.execute(_LOCK, {"code": code_hash}).first() is None:
        return False
    found = by_code(connection, code_hash)
    if found is None:
        return False
    add_member(connection, found.team, account_id)
    return remove(connection, code_hash)


def remove(connection: Connection, code_hash: str) -> bool:
    """Forget an invitation; False when it is gone."""
    return connection.execute(_REMOVE, {"code": code_hash}).rowcount > 0


def withdraw(connection: Connection, team_id: int, account_id: int | None, email: str | None) -> bool:
    """Forget the invitation of a user or an address to a team; False when there is none."""
    where = {"team": team_id, "who": account_id, "address": email}
    found: str | None = connection.execute(_SAME, where).scalar()
    return found is not None and remove(connection, found)


def dismiss(connection: Connection, code_hash: str, dismissed: bool) -> bool:
    """Put the notice aside, or bring it back; False when the invitation is gone."""
    if connection.execute(_LOCK, {"code": code_hash}).first() is None:
        return False
    connection.execute(_DISMISS, {"code": code_hash, "aside": dismissed})
    return True


def _made(row: Row[*tuple[Any, ...]]) -> Invite:
    code_hash, sealed, email, created_ms, dismissed, account_id = row[:6]
    found = Team(row[6], row[7], row[8], NamespaceRole(row[9]), row[10])
    organization, inviter = row[11:13]
    return Invite(
        code_hash=code_hash,
        sealed_code=bytes(sealed),
        team=found,
        organization=organization,
        account=None if account_id is None else account_of(row[13 : 13 + ACCOUNT_FIELDS]),
        email=email,
        inviter=inviter or "",
        created_ms=created_ms,
        dismissed=bool(dismissed),
    )
