"""What charts are found by, and each engine's own full-text index over it.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from charthouse.engines.metadata.migrations.groups import groups
from charthouse.engines.metadata.types import Name, key_type, words_type

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# detail=none: which words a row has, not where; columnsize=0: nothing is ranked by length.
_FTS5 = """
CREATE VIRTUAL TABLE chart_search_words USING fts5(
    words, content='chart_search', content_rowid='repository_id', tokenize='ascii', detail=none, columnsize=0
)
"""
_ADD = "INSERT INTO chart_search_words (rowid, words) VALUES (new.repository_id, new.words);"
_DROP = (
    "INSERT INTO chart_search_words (chart_search_words, rowid, words) "
    "VALUES ('delete', old.repository_id, old.words);"
)
_TRIGGERS = (("INSERT", _ADD), ("DELETE", _DROP), ("UPDATE", _DROP + _ADD))


def upgrade() -> None:
    """Make the table and its index."""
    if "content" not in groups():
        return
    op.create_table(
        "chart_search",
        sa.Column("repository_id", key_type(), autoincrement=False, nullable=False),
        sa.Column("name", Name(255), nullable=False),
        sa.Column("words", words_type(), nullable=False),
        sa.ForeignKeyConstraint(["repository_id"], ["repository.id"]),
        sa.PrimaryKeyConstraint("repository_id"),
    )
    match op.get_bind().dialect.name:
        case "sqlite":
            _index_by_fts5()
        case "postgresql":
            op.execute("CREATE INDEX chart_search_words ON chart_search USING gin (words)")
        case _:
            op.execute("CREATE FULLTEXT INDEX chart_search_words ON chart_search (words)")


def _index_by_fts5() -> None:
    """FTS5 reads the words from the table, which triggers keep it equal to. Source: sqlite.org/fts5 § 4.4.3."""
    op.execute(_FTS5)
    for event, statements in _TRIGGERS:
        name = f"chart_search_{event.lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON chart_search BEGIN {statements} END")
