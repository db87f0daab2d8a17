"""One at a time: for the rare commands whose condition no row can carry."""

from __future__ import annotations

from sqlalchemy import Connection, select, table, text

_ONLY_ROW = select(text("version_num")).select_from(table("alembic_version")).with_for_update()


def go_alone(connection: Connection) -> None:
    """Keep every other caller waiting until the end of the transaction, by a row that always exists."""
    connection.execute(_ONLY_ROW).all()
