"""What charts say of themselves, and what indexes show.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import LONGEST_DIGEST, Name, bytes_type, key_type, text_type

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of charts; what was pushed before waits there to be read."""
    if "content" not in groups():
        return
    _charts()
    _indexes()
    op.execute(
        """
        INSERT INTO chart (manifest_id, state, tag, precedence, name, version, package, package_size,
                           provenance, problems, summary, entry, words)
        SELECT id, 'pending', '', '', '', '', '', 0, '', '[]', '{}', '', '' FROM manifest
        WHERE config_media_type = 'application/vnd.cncf.helm.config.v1+json'
        """
    )


def _charts() -> None:
    op.create_table(
        "chart",
        sa.Column("manifest_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("state", Name(16), nullable=False),
        sa.Column("tag", Name(128), nullable=False),
        sa.Column("precedence", Name(512), nullable=False),
        sa.Column("name", text_type(), nullable=False),
        sa.Column("version", text_type(), nullable=False),
        sa.Column("package", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("package_size", sa.BigInteger(), nullable=False),
        sa.Column("provenance", Name(LONGEST_DIGEST), nullable=False),
        sa.Column("problems", text_type(), nullable=False),
        sa.Column("summary", text_type(), nullable=False),
        sa.Column("entry", text_type(), nullable=False),
        sa.Column("words", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"]),
        sa.PrimaryKeyConstraint("manifest_id"),
    )
    op.create_index(op.f("ix_chart_state"), "chart", ["state"])
    op.create_table(
        "chart_document",
        sa.Column("manifest_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("content", bytes_type(), nullable=False),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"]),
        sa.PrimaryKeyConstraint("manifest_id"),
    )


def _indexes() -> None:
    op.create_table(
        "chart_repository",
        sa.Column("repository_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("level", Name(511), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("latest_id", key_type(), nullable=True),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"]),
        sa.PrimaryKeyConstraint("repository_id"),
    )
    op.create_index(op.f("ix_chart_repository_level"), "chart_repository", ["level"])
    op.create_table(
        "chart_entry",
        sa.Column("repository_id", key_type(), nullable=False),
        sa.Column("tag", Name(128), nullable=False),
        sa.Column("manifest_id", key_type(), nullable=True),
        sa.Column("precedence", Name(512), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"]),
        sa.PrimaryKeyConstraint("repository_id", "tag"),
        sqlite_with_rowid=False,
    )
    for column in ("stamp", "precedence"):
        name = op.f(f"ix_chart_entry_repository_id_{column}")
        op.create_index(name, "chart_entry", ["repository_id", column])
