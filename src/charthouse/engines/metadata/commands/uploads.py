"""Upload sessions."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from charthouse.engines.metadata.tables import upload
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

_IN_REPOSITORY = select(*_FIELDS).where(upload.c.repository == bindparam("name"))
_IN_NAMESPACE = select(*_FIELDS).where(
    upload.c.repository > bindparam("after"), upload.c.repository < bindparam("before")
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


def in_repository(connection: Connection, repository: str) -> list[Upload]:
    """Return the sessions of a repository."""
    return [Upload(*row) for row in connection.execute(_IN_REPOSITORY, {"name": repository})]


def in_namespace(connection: Connection, namespace: str) -> list[Upload]:
    """Return the sessions of all repositories of a namespace: names between ``name/`` and what sorts after."""
    between = {"after": f"{namespace}/", "before": f"{namespace}0"}
    return [Upload(*row) for row in connection.execute(_IN_NAMESPACE, between)]
