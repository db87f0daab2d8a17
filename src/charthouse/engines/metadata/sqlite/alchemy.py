"""SQLAlchemy on top of the engine's own SQLite connections."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool, StaticPool

from .connections import connect


def wrap(raw: sqlite3.Connection) -> Connection:
    """Return a SQLAlchemy connection that runs statements on ``raw`` and leaves transactions to its owner."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def reading_engine(path: Path, connections: int) -> Engine:
    """Return an engine whose connections can only read, each statement for itself."""
    return create_engine(
        "sqlite://",
        creator=lambda: connect(path, query_only=True, busy_ms=1000),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )
