"""What changes with every request; SQLite keeps these tables in a file of their own."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
)

from charthouse.engines.metadata.types import LONGEST_DIGEST, Name, bytes_type

from .base import activity

upload = Table(
    "upload",
    activity,
    Column("upload_id", Name(64), primary_key=True),
    Column("repository", Name(511), nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("algorithm", Name(16), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("hash_state", bytes_type(), nullable=False),
    Column("store_state", bytes_type(), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("touched_ms", BigInteger, nullable=False, index=True),
)
"""``position`` is the offset that is acknowledged (``offset`` is a reserved word)."""

pull_count = Table(
    "pull_count",
    activity,
    Column("repository_id", BigInteger, nullable=False),
    Column("reference", Name(LONGEST_DIGEST), nullable=False),
    Column("pulls", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("repository_id", "reference"),
    sqlite_with_rowid=False,
)

pull_day = Table(
    "pull_day",
    activity,
    Column("repository_id", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("pulls", BigInteger, nullable=False),
    PrimaryKeyConstraint("repository_id", "day"),
    Index(None, "day"),
    sqlite_with_rowid=False,
)
"""Pulls of a repository by day (days since the epoch, UTC)."""

last_use = Table(
    "last_use",
    activity,
    Column("subject", Name(64), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""When an account or a token was last used: ``account:<id>``, ``token:<uuid>``."""

measurement = Table(
    "measurement",
    activity,
    Column("name", Name(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("wanted", Boolean, nullable=False),
)
"""Totals that take long to count, such as the size of all blobs; ``wanted``: somebody has asked for a new count."""

lease = Table(
    "lease",
    activity,
    Column("name", Name(128), primary_key=True),
    Column("holder", Name(255), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
