"""Accounts and the tokens that speak for them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from charthouse.engines.metadata.tables import (
    DELETED_ACCOUNT,
    access_token,
    account,
    robot,
    team,
    team_member,
)
from charthouse.model.permissions import NamespaceRole
from charthouse.ports.accounts import (
    AccessToken,
    Account,
    AccountChange,
    AccountKind,
    Membership,
    NamespaceAccess,
    NewUser,
)
from charthouse.ports.reads import ChangeKind

from .account_rows import account_fields, account_of, add_account
from .alone import go_alone
from .changes import log_change
from .inserts import insert_row
from .patterns import ESCAPE, comparable, containing

_OWNERS = "owners"

_FIELDS = account_fields(account)
_BY_NAME = select(*_FIELDS).where(account.c.name == bindparam("wanted"))
_BY_ID = select(*_FIELDS).where(account.c.id == bindparam("wanted"))
_BY_EMAIL = (
    select(*_FIELDS)
    .where(
        account.c.email.in_([bindparam("written"), bindparam("lowered")]),
        account.c.kind == AccountKind.USER.value,
    )
    .order_by(account.c.id)
    .limit(1)
)
_MEMBERSHIPS = (
    select(*_FIELDS, func.max(team.c.role).label("role"))
    .join(team, team.c.organization_id == account.c.id)
    .join(team_member, team_member.c.team_id == team.c.id)
    .where(team_member.c.account_id == bindparam("wanted"))
    .group_by(*_FIELDS)
    .order_by(account.c.name)
)
_EPOCH = select(account.c.epoch).where(account.c.id == bindparam("wanted"), account.c.enabled)
_TEAM_ROLE = (
    select(func.max(team.c.role))
    .join(team_member, team_member.c.team_id == team.c.id)
    .where(team_member.c.account_id == bindparam("wanted"), team.c.organization_id == bindparam("namespace"))
)
_PAGE = (
    select(*_FIELDS)
    .where(account.c.kind == bindparam("wanted"), account.c.name > bindparam("after"))
    .order_by(account.c.name)
    .limit(bindparam("limit"))
)
_ENABLED_PAGE = _PAGE.where(account.c.enabled)
_called = or_(
    account.c.name.like(bindparam("named"), escape=ESCAPE),
    func.lower(account.c.email).like(bindparam("pattern"), escape=ESCAPE),
)
_NAMESPACES = {AccountKind.USER, AccountKind.ORGANIZATION}
_ANY_USER = select(account.c.id).where(account.c.kind == AccountKind.USER.value).limit(1)
_CHANGE = update(account).where(account.c.id == bindparam("wanted")).values(epoch=account.c.epoch + 1)
_SET_PASSWORD = _CHANGE.values(password_hash=bindparam("new_hash"), login_epoch=account.c.login_epoch + 1)
_ENABLED = {"enabled": bindparam("now_enabled"), "login_epoch": account.c.login_epoch + 1}
_UPGRADE_PASSWORD = (
    update(account)
    .where(account.c.id == bindparam("wanted"), account.c.password_hash == bindparam("old_hash"))
    .values(password_hash=bindparam("new_hash"))
)
_CHANGE_OWN = update(account).where(account.c.id == bindparam("wanted"))
_SET_ENABLED = _CHANGE.values(_ENABLED)
_robots = select(robot.c.account_id).where(robot.c.owner_id == bindparam("wanted"))
_SET_ROBOTS_ENABLED = (
    update(account).where(account.c.id.in_(_robots)).values(_ENABLED | {"epoch": account.c.epoch + 1})
)

_ADD_TEAM = insert(team)
_ADD_MEMBER = insert(team_member)

_ADD_TOKEN = insert(access_token)
_TOKEN = select(access_token).where(access_token.c.token_hash == bindparam("wanted"))
_REMOVE_TOKENS = delete(access_token).where(access_token.c.expires_ms < bindparam("before"))


def add_user(connection: Connection, user: NewUser) -> Account:
    """Create a user; raises AlreadyExists when the name is taken by any account."""
    return add_account(
        connection,
        Account(
            account_id=0,
            name=user.name,
            kind=AccountKind.USER,
            email=user.email,
            password_hash=user.password_hash,
            enabled=True,
            superuser=user.superuser,
            epoch=1,
            created_ms=user.created_ms,
        ),
    )


def add_first_user(connection: Connection, user: NewUser) -> Account | None:
    """Create a user in a store that has none; None when there is one already."""
    go_alone(connection)
    if has_users(connection):
        return None
    return add_user(connection, user)


def has_users(connection: Connection) -> bool:
    """Tell whether there is any user."""
    return connection.execute(_ANY_USER).scalar() is not None


def add_organization(connection: Connection, name: str, email: str, owner_id: int, now_ms: int) -> Account:
    """Create an organization with team ``owners`` holding its owner; raises AlreadyExists."""
    organization = add_account(
        connection,
        Account(
            account_id=0,
            name=name,
            kind=AccountKind.ORGANIZATION,
            email=email,
            password_hash="",
            enabled=True,
            superuser=False,
            epoch=1,
            created_ms=now_ms,
        ),
    )
    owners = {"organization_id": organization.account_id, "name": _OWNERS, "description": ""}
    owners["role"] = NamespaceRole.ADMIN.value
    team_id = insert_row(connection, _ADD_TEAM, owners)
    connection.execute(_ADD_MEMBER, {"team_id": team_id, "account_id": owner_id})
    return organization


def by_name(connection: Connection, name: str) -> Account | None:
    """Return the account of this exact name; what is no name is nobody's."""
    if not name.isascii() or "\0" in name:  # PostgreSQL refuses to compare such text
        return None
    return _account(connection.execute(_BY_NAME, {"wanted": name}).first())


def by_email(connection: Connection, email: str) -> Account | None:
    """Return the user who was made first of those with this address, as it is written or in lower case."""
    if not email or "\0" in email:
        return None
    return _account(connection.execute(_BY_EMAIL, {"written": email, "lowered": email.lower()}).first())


def by_id(connection: Connection, account_id: int) -> Account | None:
    """Return the account."""
    return _account(connection.execute(_BY_ID, {"wanted": account_id}).first())


def page(
    connection: Connection, kind: AccountKind, after: str, limit: int, *, disabled: bool, part: str = ""
) -> list[Account]:
    """Return at most ``limit`` accounts of a kind by name after ``after``; see ``ports/namespaces``."""
    if not comparable(after):
        return []
    asked = {"wanted": kind.value, "after": after, "limit": limit}
    statement = _PAGE if disabled else _ENABLED_PAGE
    if part:
        if "\0" in part:
            return []
        statement = statement.where(_called)
        asked["pattern"] = containing(part)
        asked["named"] = asked["pattern"] if comparable(part) else ""
    return [account_of(row) for row in connection.execute(statement, asked)]


def namespace_access(connection: Connection, account_id: int, name: str) -> NamespaceAccess | None:
    """Decide what the account may do in the namespace of this name; None: there is none."""
    namespace = by_name(connection, name)
    if namespace is None or namespace.kind not in _NAMESPACES:
        return None
    if account_id == 0:
        return NamespaceAccess(namespace, NamespaceRole.NONE, 0)
    epoch = connection.execute(_EPOCH, {"wanted": account_id}).scalar()
    if epoch is None:
        return NamespaceAccess(namespace, NamespaceRole.NONE, -1)
    if namespace.account_id == account_id:
        return NamespaceAccess(namespace, NamespaceRole.ADMIN, epoch)
    highest = connection.execute(
        _TEAM_ROLE, {"wanted": account_id, "namespace": namespace.account_id}
    ).scalar()
    return NamespaceAccess(namespace, NamespaceRole(highest or 0), epoch)


def memberships(connection: Connection, user_id: int) -> list[Membership]:
    """Return the organizations that the user is in, by name."""
    return [
        Membership(
            organization=account_of(row),
            can_create=row.role >= NamespaceRole.CREATOR,
            is_admin=row.role >= NamespaceRole.ADMIN,
        )
        for row in connection.execute(_MEMBERSHIPS, {"wanted": user_id})
    ]


def set_password(connection: Connection, account_id: int, password_hash: str) -> None:
    """Replace the password and raise the epoch: all tokens end."""
    connection.execute(_SET_PASSWORD, {"wanted": account_id, "new_hash": password_hash})
    log_change(connection, ChangeKind.ACCOUNT, account_id)


def upgrade_password(connection: Connection, account_id: int, old_hash: str, new_hash: str) -> bool:
    """Keep another hash of the same password: no epoch changes. False when the hash is another by now."""
    found = {"wanted": account_id, "old_hash": old_hash, "new_hash": new_hash}
    return connection.execute(_UPGRADE_PASSWORD, found).rowcount > 0


def change(connection: Connection, account_id: int, change: AccountChange) -> None:
    """Change what the account tells of itself."""
    values = {
        name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET
    }
    if values:
        connection.execute(_CHANGE_OWN, {"wanted": account_id, **values})


def set_enabled(connection: Connection, account_id: int, enabled: bool) -> None:
    """Enable or disable a user and its robots; either raises the epochs."""
    arguments = {"wanted": account_id, "now_enabled": enabled}
    connection.execute(_SET_ENABLED, arguments)
    connection.execute(_SET_ROBOTS_ENABLED, arguments)
    log_change(connection, ChangeKind.EVERYTHING, 0)  # others had access in its namespace


def add_token(connection: Connection, token: AccessToken) -> None:
    """Keep an access token."""
    connection.execute(_ADD_TOKEN, msgspec.structs.asdict(token) | {"scopes": " ".join(token.scopes)})


def token(connection: Connection, token_hash: str) -> AccessToken | None:
    """Return the token, expired or not."""
    row = connection.execute(_TOKEN, {"wanted": token_hash}).first()
    if row is None:
        return None
    return AccessToken(
        token_hash=row.token_hash,
        account_id=row.account_id,
        application=row.application,
        application_id=row.application_id,
        uuid=row.uuid,
        title=row.title,
        creator=row.creator,
        scopes=tuple(row.scopes.split()),
        created_ms=row.created_ms,
        expires_ms=row.expires_ms,
    )


def remove_tokens(connection: Connection, expired_before_ms: int) -> int:
    """Forget expired tokens; returns how many."""
    return connection.execute(_REMOVE_TOKENS, {"before": expired_before_ms}).rowcount


def _account(row: Row[*tuple[Any, ...]] | None) -> Account | None:
    return None if row is None or row.kind == DELETED_ACCOUNT else account_of(row)
