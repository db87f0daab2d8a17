"""Charts as their packages say: written with the manifest, so that no index lags behind a push."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from charthouse.engines.metadata.types import (
    LONGEST_DIGEST,
    Name,
    bytes_type,
    key_type,
    text_type,
    words_type,
)

from .base import content

chart = Table(
    "chart",
    content,
    Column("manifest_id", key_type(), ForeignKey("manifest.id"), primary_key=True, autoincrement=False),
    Column("state", Name(16), nullable=False),
    Column("tag", Name(128), nullable=False),
    Column("precedence", Name(512), nullable=False),
    Column("name", text_type(), nullable=False),
    Column("version", text_type(), nullable=False),
    Column("package", Name(LONGEST_DIGEST), nullable=False),
    Column("package_size", BigInteger, nullable=False),
    Column("provenance", Name(LONGEST_DIGEST), nullable=False),
    Column("problems", text_type(), nullable=False),
    Column("summary", text_type(), nullable=False),
    Column("entry", text_type(), nullable=False),
    Column("words", text_type(), nullable=False),
    Index(None, "state"),
)
"""What is known of a chart's manifest; the columns are those of ``ports.charts.ChartFacts``."""

chart_document = Table(
    "chart_document",
    content,
    Column("manifest_id", key_type(), ForeignKey("manifest.id"), primary_key=True, autoincrement=False),
    Column("content", bytes_type(), nullable=False),
)
"""What is inside of a chart, compressed."""

chart_repository = Table(
    "chart_repository",
    content,
    Column("repository_id", key_type(), ForeignKey("repository.id"), primary_key=True, autoincrement=False),
    Column("level", Name(511), nullable=False, index=True),
    Column("stamp", BigInteger, nullable=False),
    Column("latest_id", key_type()),
)
"""A repository that has, or had, a chart. ``stamp`` grows with every change of what its index shows: when it was, in
milliseconds, or one more than the one before; ``latest_id`` is the manifest of the version that Helm takes when none is named."""

chart_entry = Table(
    "chart_entry",
    content,
    Column("repository_id", key_type(), ForeignKey("repository.id"), nullable=False),
    Column("tag", Name(128), nullable=False),
    Column("manifest_id", key_type()),
    Column("precedence", Name(512), nullable=False),
    Column("expires_ms", BigInteger),
    Column("stamp", BigInteger, nullable=False),
    PrimaryKeyConstraint("repository_id", "tag"),
    Index(None, "repository_id", "stamp"),
    Index(None, "repository_id", "precedence"),
    sqlite_with_rowid=False,
)
"""What the index of a repository shows for a tag; ``manifest_id`` null: nothing any more, since ``stamp``."""

chart_policy = Table(
    "chart_policy",
    content,
    Column("namespace_id", key_type(), ForeignKey("account.id"), primary_key=True, autoincrement=False),
    Column("action", Name(16), nullable=False),
    Column("severity", Name(16), nullable=False),
    Column("exempt", text_type(), nullable=False),
)
"""What a namespace asks of charts that are pushed to it; ``exempt`` is a JSON list of rules."""

chart_search = Table(
    "chart_search",
    content,
    Column("repository_id", key_type(), ForeignKey("repository.id"), primary_key=True, autoincrement=False),
    Column("name", Name(255), nullable=False),
    Column("words", words_type(), nullable=False),
)
"""What a repository's chart is found by: the words of its latest version, encoded by ``commands.chart_search``.

The full-text index over ``words`` is each engine's own: see migration 0006.
"""
