"""Upload sessions and pull counts: what changes with every request."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from charthouse.engines.metadata.tables import pull_count, upload
from charthouse.ports.content import Pull
from charthouse.ports.uploads import Upload

_ADD = insert(upload)
_FIELDS = (
    upload.c.upload_id, upload.c.repository, upload.c.account_id, upload.c.algorithm, upload.c.position,
    upload.c.hash_state, upload.c.store_state, upload.c.started_ms, upload.c.touched_ms,
)  # fmt: skip
_GET = select(*_FIELDS).where(upload.c.upload_id == bindparam("wanted"))
_ADVANCE = update(upload).where(
    upload.c.upload_id == bindparam("wanted"), upload.c.position == bindparam("from_offset")
)
_REMOVE = delete(upload).where(upload.c.upload_id == bindparam("wanted"))
_STALE = (
    select(*_FIELDS)
    .where(upload.c.touched_ms < bindparam("before"))
    .order_by(upload.c.touched_ms)
    .limit(bindparam("limit"))
)

_PULLS = select(pull_count.c.pulls, pull_count.c.last_ms).where(
    pull_count.c.repository_id == bindparam("repository"), pull_count.c.reference == bindparam("wanted")
)


def add(connection: Connection, new: Upload) -> None:
    """Remember a new session."""
    connection.execute(
        _ADD,
        {
            "upload_id": new.upload_id,
            "repository": new.repository,
            "account_id": new.account_id,
            "algorithm": new.algorithm,
            "position": new.offset,
            "hash_state": new.hash_state,
            "store_state": new.store_state,
            "started_ms": new.started_ms,
            "touched_ms": new.touched_ms,
        },
    )


def get(connection: Connection, upload_id: str) -> Upload | None:
    """Return the session, or None."""
    row = connection.execute(_GET, {"wanted": upload_id}).first()
    return None if row is None else Upload(*row)


def advance(connection: Connection, state: Upload, from_offset: int) -> bool:
    """Store the session's new state; False, and no change, unless it stands at ``from_offset``."""
    change = {
        "wanted": state.upload_id,
        "from_offset": from_offset,
        "position": state.offset,
        "hash_state": state.hash_state,
        "store_state": state.store_state,
        "touched_ms": state.touched_ms,
    }
    return connection.execute(_ADVANCE, change).rowcount > 0


def remove(connection: Connection, upload_id: str) -> bool:
    """Forget the session; False when it was not there."""
    return connection.execute(_REMOVE, {"wanted": upload_id}).rowcount > 0


def stale(connection: Connection, before_ms: int, limit: int) -> list[Upload]:
    """Return sessions not touched since ``before_ms``, oldest first."""
    return [Upload(*row) for row in connection.execute(_STALE, {"before": before_ms, "limit": limit})]


def record_pulls(connection: Connection, pulls: Sequence[Pull]) -> None:
    """Add to the counts, thousands in one statement."""
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
    if rows:
        connection.execute(_RECORD[connection.dialect.name], rows)


def pulls(connection: Connection, repository_id: int, reference: str) -> tuple[int, int]:
    """Return ``(pulls, last_ms)`` of a reference; (0, 0) when never pulled."""
    row = connection.execute(_PULLS, {"repository": repository_id, "wanted": reference}).first()
    return (0, 0) if row is None else (row.pulls, row.last_ms)


def _record_statements() -> dict[str, Insert]:
    keys = [pull_count.c.repository_id, pull_count.c.reference]
    lite = sqlite.insert(pull_count)
    postgres = postgresql.insert(pull_count)
    maria = mysql.insert(pull_count)
    counted = maria.on_duplicate_key_update(
        pulls=pull_count.c.pulls + maria.inserted.pulls, last_ms=maria.inserted.last_ms
    )
    return {
        "sqlite": lite.on_conflict_do_update(
            index_elements=keys,
            set_={"pulls": pull_count.c.pulls + lite.excluded.pulls, "last_ms": lite.excluded.last_ms},
        ),
        "postgresql": postgres.on_conflict_do_update(
            index_elements=keys,
            set_={
                "pulls": pull_count.c.pulls + postgres.excluded.pulls,
                "last_ms": postgres.excluded.last_ms,
            },
        ),
        "mysql": counted,
        "mariadb": counted,
    }


_RECORD = _record_statements()
