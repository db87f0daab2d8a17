"""The lives of tags: those that are, and those that were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    blob,
    manifest,
    manifest_reference,
    tag,
    tag_history,
)
from charthouse.model.digests import Digest
from charthouse.model.names import Tag
from charthouse.ports.tags import TagLife, TagQuery

_REPOSITORY = bindparam("repository", type_=BigInteger)
_NOW = bindparam("now", type_=BigInteger)

SIZE = (
    select(func.coalesce(func.sum(blob.c.size), 0))
    .select_from(manifest_reference.join(blob, blob.c.digest == manifest_reference.c.digest))
    .where(manifest_reference.c.kind != ReferenceKind.CHILD)
)
"""Of the blobs of a manifest, when it is told which."""
_SIZES = (
    select(manifest.c.digest, manifest.c.media_type)
    .add_columns(SIZE.where(manifest_reference.c.manifest_id == manifest.c.id).scalar_subquery())
    .where(
        manifest.c.repository_id == _REPOSITORY,
        manifest.c.digest.in_(bindparam("digests", expanding=True)),
    )
)


def lives(connection: Connection, query: TagQuery) -> list[TagLife]:
    """Return a page of lives, newest first."""
    arguments = {"repository": query.repository_id, "now": query.now_ms, "wanted": query.name}
    arguments |= {"part": like(query.part), "offset": query.offset, "limit": query.limit}
    statement = _LIVES[query.live, bool(query.name), bool(query.part)]
    return described(connection, query.repository_id, connection.execute(statement, arguments).all())


def described(
    connection: Connection, repository_id: int, rows: Sequence[Row[*tuple[Any, ...]]]
) -> list[TagLife]:
    """Return lives from rows of them, each with the kind and the size of its manifest."""
    if not rows:
        return []
    wanted = sorted({row.digest for row in rows})
    found = connection.execute(_SIZES, {"repository": repository_id, "digests": wanted})
    known = {digest: (media_type, int(size)) for digest, media_type, size in found}
    return [
        TagLife(
            Tag(row.name),
            Digest(row.digest),
            *known.get(row.digest, ("", 0)),
            row.start_ms,
            row.end_ms,
            bool(row.restored),
            bool(row.immutable),
        )
        for row in rows
    ]


def like(part: str) -> str:
    """Return a LIKE pattern for names with ``part`` in them."""
    escaped = part.lower().replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{escaped}%"


def _statement(*, live: bool, by_name: bool, by_part: bool) -> Select[Any]:
    alive = (
        select(
            tag.c.name,
            manifest.c.digest,
            tag.c.since_ms.label("start_ms"),
            tag.c.expires_ms.label("end_ms"),
            tag.c.restored,
            tag.c.immutable,
            literal(0, BigInteger).label("number"),
        )
        .join(manifest, manifest.c.id == tag.c.manifest_id)
        .where(tag.c.repository_id == _REPOSITORY)
    )
    dead = select(
        tag_history.c.name,
        tag_history.c.digest,
        tag_history.c.start_ms,
        tag_history.c.end_ms,
        tag_history.c.restored,
        false().label("immutable"),
        tag_history.c.id.label("number"),
    ).where(tag_history.c.repository_id == _REPOSITORY)
    if live:
        alive = alive.where(or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW))
    if by_name:
        alive = alive.where(tag.c.name == bindparam("wanted"))
        dead = dead.where(tag_history.c.name == bindparam("wanted"))
    if by_part:
        alive = alive.where(func.lower(tag.c.name).like(bindparam("part"), escape="/"))
        dead = dead.where(func.lower(tag_history.c.name).like(bindparam("part"), escape="/"))
    if live:
        # As the index of tags has them, so that a page of many thousands is cut from it.
        ordered = alive.order_by(tag.c.since_ms.desc(), tag.c.name.desc())
    else:
        both = union_all(alive, dead).subquery()
        ordered = select(both).order_by(both.c.start_ms.desc(), both.c.name, both.c.number.desc())
    return ordered.limit(bindparam("limit")).offset(bindparam("offset"))


_LIVES = {
    (live, by_name, by_part): _statement(live=live, by_name=by_name, by_part=by_part)
    for live in (False, True)
    for by_name in (False, True)
    for by_part in (False, True)
}
