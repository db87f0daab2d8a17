"""Which groups of tables the database being migrated holds: SQLite keeps each group in a file of its own."""

from __future__ import annotations

from collections.abc import Set

from alembic import context


def groups() -> Set[str]:
    """Return ``content``, ``activity`` or both, as the caller of the migration said."""
    found: Set[str] = context.config.attributes["groups"]
    return found
