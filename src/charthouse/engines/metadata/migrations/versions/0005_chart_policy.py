"""What namespaces ask of charts that are pushed to them.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import Name, key_type, text_type

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nothing is asked until somebody says so."""
    if "content" not in groups():
        return
    op.create_table(
        "chart_policy",
        sa.Column("namespace_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("action", Name(16), nullable=False),
        sa.Column("severity", Name(16), nullable=False),
        sa.Column("exempt", text_type(), nullable=False),
        sa.ForeignKeyConstraint(["namespace_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("namespace_id"),
    )
