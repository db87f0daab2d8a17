"""The version of the schema: what this code needs, and how a database gets there."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEAD = "0007"
"""The newest revision under ``migrations``; a start without Alembic compares it (a test holds it true)."""

GROUPS = frozenset({"content", "activity"})
VERSION_QUERY = "SELECT version_num FROM alembic_version"


def upgrade(connection: Connection, groups: Set[str]) -> None:
    """Apply all missing revisions for these groups of tables. The caller holds a lock and the transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", f"{__package__}:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, groups=groups)
    command.upgrade(config, "head")
