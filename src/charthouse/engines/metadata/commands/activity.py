"""When accounts and tokens were last used."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from charthouse.engines.metadata.tables import last_use

_AT_ONCE = 500
"""Subjects in one statement: databases limit its parameters."""

_OF = select(last_use.c.subject, last_use.c.at_ms).where(
    last_use.c.subject.in_(bindparam("wanted", expanding=True))
)
_FORGET = delete(last_use).where(last_use.c.subject.in_(bindparam("wanted", expanding=True)))
_FORGET_OLDER = delete(last_use).where(
    last_use.c.subject.startswith(bindparam("prefix"), autoescape=False),
    last_use.c.at_ms < bindparam("before"),
)


def record(connection: Connection, uses: Mapping[str, int]) -> None:
    """Keep the later of what is known and what is told."""
    # in one order everywhere, so that two writers wait for each other and never in a ring
    rows = [{"subject": subject, "at_ms": at_ms} for subject, at_ms in sorted(uses.items())]
    if rows:
        connection.execute(_RECORD[connection.dialect.name], rows)


def of(connection: Connection, subjects: Sequence[str]) -> dict[str, int]:
    """Return when these were last used."""
    found: dict[str, int] = {}
    for some in _portions(subjects):
        found |= {row.subject: row.at_ms for row in connection.execute(_OF, {"wanted": some})}
    return found


def forget(connection: Connection, subjects: Sequence[str]) -> None:
    """Drop what is known of these."""
    for some in _portions(subjects):
        connection.execute(_FORGET, {"wanted": some})


def forget_older(connection: Connection, prefix: str, before_ms: int) -> int:
    """Drop what is known of subjects that begin with ``prefix`` (letters and a colon) and were used before then."""
    return connection.execute(_FORGET_OLDER, {"prefix": prefix, "before": before_ms}).rowcount


def _portions(subjects: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(subjects)
    while some := list(itertools.islice(remaining, _AT_ONCE)):
        yield some


def _record_statements() -> dict[str, Insert]:
    lite = sqlite.insert(last_use)
    postgres = postgresql.insert(last_use)
    maria = mysql.insert(last_use)
    latest = maria.on_duplicate_key_update(at_ms=func.greatest(last_use.c.at_ms, maria.inserted.at_ms))
    return {
        "sqlite": lite.on_conflict_do_update(
            index_elements=[last_use.c.subject],
            set_={"at_ms": func.max(last_use.c.at_ms, lite.excluded.at_ms)},
        ),
        "postgresql": postgres.on_conflict_do_update(
            index_elements=[last_use.c.subject],
            set_={"at_ms": func.greatest(last_use.c.at_ms, postgres.excluded.at_ms)},
        ),
        "mysql": latest,
        "mariadb": latest,
    }


_RECORD = _record_statements()
