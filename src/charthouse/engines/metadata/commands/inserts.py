"""Adding a row whose key the database numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import Insert


def insert_row(connection: Connection, statement: Insert, row: Mapping[str, Any]) -> int:
    """Insert ``row`` and return the number that became its key."""
    key: tuple[int, ...] | None = connection.execute(statement, row).inserted_primary_key
    if key is None:
        raise TypeError("not a statement that inserts one row")
    return key[0]
