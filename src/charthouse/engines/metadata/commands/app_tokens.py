"""Application tokens."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from charthouse.engines.metadata.tables import account, app_token
from charthouse.ports.accounts import Account
from charthouse.ports.app_tokens import AppToken
from charthouse.ports.reads import ChangeKind

from . import accounts
from .changes import log_change

_OF_ACCOUNT = app_token.c.account_id == bindparam("account")
_THIS = (_OF_ACCOUNT, app_token.c.uuid == bindparam("id"))

_ADD = insert(app_token)
_OF = select(app_token).where(_OF_ACCOUNT).order_by(app_token.c.created_ms.desc(), app_token.c.uuid)
_ALL = (
    select(app_token, account.c.name.label("owner"))
    .join(account, account.c.id == app_token.c.account_id)
    .where(app_token.c.uuid > bindparam("after"))
    .order_by(app_token.c.uuid)
    .limit(bindparam("limit"))
)
_BY_UUID = select(app_token).where(*_THIS)
_BY_HASH = select(app_token).where(app_token.c.token_hash == bindparam("wanted"))
_REMOVE = delete(app_token).where(*_THIS)
_REMOVE_EXPIRED = delete(app_token).where(app_token.c.expires_ms < bindparam("before"))
_END_TOKENS = update(account).where(account.c.id == bindparam("key")).values(epoch=account.c.epoch + 1)


def add(connection: Connection, token: AppToken) -> None:
    """Keep a token."""
    connection.execute(_ADD, msgspec.structs.asdict(token))


def of(connection: Connection, account_id: int) -> list[AppToken]:
    """Return the tokens of an account, newest first."""
    return [AppToken(**row) for row in connection.execute(_OF, {"account": account_id}).mappings()]


def all_tokens(connection: Connection, after: str, limit: int) -> list[tuple[AppToken, str]]:
    """Return tokens of everybody with the names of their users, by uuid after ``after``."""
    rows = connection.execute(_ALL, {"after": after, "limit": limit})
    return [(AppToken(*row[:-1]), row.owner) for row in rows]


def by_uuid(connection: Connection, account_id: int, uuid: str) -> AppToken | None:
    """Return a token of the account."""
    if not _comparable(uuid):
        return None
    row = connection.execute(_BY_UUID, {"account": account_id, "id": uuid}).mappings().first()
    return None if row is None else AppToken(**row)


def by_hash(connection: Connection, token_hash: str) -> tuple[AppToken, Account] | None:
    """Return the token and its user."""
    row = connection.execute(_BY_HASH, {"wanted": token_hash}).mappings().first()
    user = None if row is None else accounts.by_id(connection, row["account_id"])
    return None if row is None or user is None else (AppToken(**row), user)


def remove(connection: Connection, account_id: int, uuid: str) -> bool:
    """Revoke a token and raise the account's epoch; False when there is none."""
    if not _comparable(uuid):
        return False
    if not connection.execute(_REMOVE, {"account": account_id, "id": uuid}).rowcount:
        return False
    connection.execute(_END_TOKENS, {"key": account_id})
    log_change(connection, ChangeKind.ACCOUNT, account_id)
    return True


def remove_expired(connection: Connection, before_ms: int) -> int:
    """Forget tokens that expired before then."""
    return connection.execute(_REMOVE_EXPIRED, {"before": before_ms}).rowcount


def _comparable(uuid: str) -> bool:
    """Tell whether every database can compare this text with a name."""
    return uuid.isascii() and "\0" not in uuid
