"""Counts of pulls: of each reference, and of each repository by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from charthouse.engines.metadata.tables import pull_count, pull_day
from charthouse.ports.content import Pull
from charthouse.ports.overviews import DayPulls

_DAY_MS = 86_400_000

_COUNT = select(pull_count.c.pulls, pull_count.c.last_ms).where(
    pull_count.c.repository_id == bindparam("repository"), pull_count.c.reference == bindparam("wanted")
)
_COUNTS = select(pull_count.c.reference, pull_count.c.pulls, pull_count.c.last_ms).where(
    pull_count.c.repository_id == bindparam("repository"),
    pull_count.c.reference.in_(bindparam("wanted", expanding=True)),
)
_DAYS = (
    select(pull_day.c.day, pull_day.c.pulls)
    .where(pull_day.c.repository_id == bindparam("repository"), pull_day.c.day >= bindparam("since"))
    .order_by(pull_day.c.day)
)
_TOTALS = (
    select(pull_day.c.repository_id, func.sum(pull_day.c.pulls))
    .where(
        pull_day.c.repository_id.in_(bindparam("repositories", expanding=True)),
        pull_day.c.day >= bindparam("since"),
    )
    .group_by(pull_day.c.repository_id)
)
_LONG_AGO = (
    select(pull_day.c.repository_id, pull_day.c.day)
    .where(pull_day.c.day < bindparam("before"))
    .limit(bindparam("limit"))
)
_FORGET = delete(pull_day).where(
    pull_day.c.repository_id == bindparam("repository"), pull_day.c.day == bindparam("wanted")
)


def record(connection: Connection, pulls: Sequence[Pull]) -> None:
    """Add to the counts, thousands in one statement."""
    if not pulls:
        return
    rows = [
        {
            "repository_id": pull.repository_id,
            "reference": pull.reference,
            "pulls": pull.count,
            "last_ms": pull.last_ms,
        }
        # in one order everywhere, so that two writers wait for each other and never in a ring
        for pull in sorted(pulls, key=lambda pull: (pull.repository_id, pull.reference))
    ]
    by_day: Counter[tuple[int, int]] = Counter()
    for pull in pulls:
        if not pull.again:
            by_day[pull.repository_id, pull.last_ms // _DAY_MS] += pull.count
    days = [{"repository_id": key, "day": day, "pulls": n} for (key, day), n in sorted(by_day.items())]
    connection.execute(_RECORD[connection.dialect.name], rows)
    if days:
        connection.execute(_RECORD_DAYS[connection.dialect.name], days)


def count(connection: Connection, repository_id: int, reference: str) -> tuple[int, int]:
    """Return ``(pulls, last_ms)`` of a reference; (0, 0) when never pulled."""
    row = connection.execute(_COUNT, {"repository": repository_id, "wanted": reference}).first()
    return (0, 0) if row is None else (row.pulls, row.last_ms)


def counts(
    connection: Connection, repository_id: int, references: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """Return ``(pulls, last_ms)`` of those references that were ever pulled."""
    rows = connection.execute(_COUNTS, {"repository": repository_id, "wanted": list(references)})
    return {reference: (pulls, last_ms) for reference, pulls, last_ms in rows}


def days(connection: Connection, repository_id: int, since_day: int) -> list[DayPulls]:
    """Return the days with pulls from ``since_day`` on, in order."""
    rows = connection.execute(_DAYS, {"repository": repository_id, "since": since_day})
    return [DayPulls(*row) for row in rows]


def totals(connection: Connection, repository_ids: Sequence[int], since_day: int) -> dict[int, int]:
    """Return the pulls of each repository that has any from ``since_day`` on."""
    rows = connection.execute(_TOTALS, {"repositories": repository_ids, "since": since_day})
    return {key: int(pulls) for key, pulls in rows}


def forget_days(connection: Connection, before_day: int, limit: int) -> int:
    """Drop at most ``limit`` counts of days before then; returns how many."""
    found = connection.execute(_LONG_AGO, {"before": before_day, "limit": limit}).all()
    if found:
        connection.execute(_FORGET, [{"repository": key, "wanted": day} for key, day in found])
    return len(found)


def _adding(table: Table, keys: Sequence[Column[object]], *replaced: str) -> dict[str, Insert]:
    """Return by dialect the statement that adds ``pulls`` to a row or makes it, and sets ``replaced`` anew."""
    lite, postgres, maria = sqlite.insert(table), postgresql.insert(table), mysql.insert(table)
    counted = maria.on_duplicate_key_update(
        pulls=table.c.pulls + maria.inserted.pulls, **{name: maria.inserted[name] for name in replaced}
    )
    return {
        "sqlite": lite.on_conflict_do_update(
            index_elements=keys,
            set_={
                "pulls": table.c.pulls + lite.excluded.pulls,
                **{name: lite.excluded[name] for name in replaced},
            },
        ),
        "postgresql": postgres.on_conflict_do_update(
            index_elements=keys,
            set_={
                "pulls": table.c.pulls + postgres.excluded.pulls,
                **{name: postgres.excluded[name] for name in replaced},
            },
        ),
        "mysql": counted,
        "mariadb": counted,
    }


_RECORD = _adding(pull_count, [pull_count.c.repository_id, pull_count.c.reference], "last_ms")
_RECORD_DAYS = _adding(pull_day, [pull_day.c.repository_id, pull_day.c.day])
