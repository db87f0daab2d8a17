"""What happened to the tags of a repository is found by its moment.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op

from charthouse.engines.metadata.migrations.groups import groups

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make an index of beginnings and one of ends."""
    if "content" not in groups():
        return
    for column in ("start_ms", "end_ms"):
        op.create_index(f"ix_tag_history_repository_id_{column}", "tag_history", ["repository_id", column])
