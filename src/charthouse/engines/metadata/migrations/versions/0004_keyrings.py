"""Keys whose signatures namespaces trust.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import Name, bytes_type, key_type, text_type

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    if "content" not in groups():
        return
    op.create_table(
        "keyring_key",
        sa.Column("namespace_id", key_type(), nullable=False),
        sa.Column("fingerprint", Name(64), nullable=False),
        sa.Column("user_ids", text_type(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("content", bytes_type(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_by", Name(511), nullable=False),
        sa.ForeignKeyConstraint(["namespace_id"], ["account.id"], name=op.f("fk_keyring_key_namespace_id")),
        sa.PrimaryKeyConstraint("namespace_id", "fingerprint"),
    )
