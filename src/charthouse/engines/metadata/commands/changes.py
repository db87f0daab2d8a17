"""The change log: what caches must forget, written in the transaction that makes it so."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert

from charthouse.engines.metadata.tables import change_log
from charthouse.ports.reads import ChangeKind

from .inserts import insert_row

_KEPT_ROWS = 100_000
"""Readers that fall further behind forget everything."""
_TRIM_EVERY = 1_000

_ADD = insert(change_log)
_TRIM = delete(change_log).where(change_log.c.id <= bindparam("last"))


def log_change(connection: Connection, kind: ChangeKind, subject: int, name: str = "") -> None:
    """Append a row, and now and then drop those that no reader needs any more."""
    number = insert_row(connection, _ADD, {"kind": kind.value, "subject": subject, "name": name})
    if number % _TRIM_EVERY == 0:
        connection.execute(_TRIM, {"last": number - _KEPT_ROWS})
