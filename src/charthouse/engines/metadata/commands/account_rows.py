"""Accounts as rows: what every command that makes or reads one shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, insert, select

from charthouse.engines.metadata.tables import account
from charthouse.model.errors import AlreadyExists
from charthouse.ports.accounts import Account, AccountKind

from .inserts import insert_row

_NAMES = (
    "id", "name", "kind", "email", "password_hash", "enabled", "superuser", "epoch", "created_ms", "login_epoch",
    "tag_window_s", "profile",
)  # fmt: skip

_ADD = insert(account)
_TAKEN = select(account.c.id).where(account.c.name == bindparam("wanted"))


def account_fields(table: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of ``table`` (account, or an alias of it) that ``account_of`` reads, in its order."""
    return tuple(table.c[name] for name in _NAMES)


ACCOUNT_FIELDS = len(_NAMES)
"""How many columns that are."""


def account_of(row: Sequence[Any]) -> Account:
    """Return the account that these columns hold; further ones are ignored."""
    return Account(row[0], row[1], AccountKind(row[2]), *row[3:ACCOUNT_FIELDS])


def add_account(connection: Connection, new: Account) -> Account:
    """Create an account, return it with its id; raises AlreadyExists when the name is taken by any."""
    if connection.execute(_TAKEN, {"wanted": new.name}).first() is not None:
        raise AlreadyExists(f"the name {new.name} is taken", {"name": new.name})
    row = msgspec.structs.asdict(new) | {"kind": new.kind.value}
    del row["account_id"]
    return msgspec.structs.replace(new, account_id=insert_row(connection, _ADD, row))
