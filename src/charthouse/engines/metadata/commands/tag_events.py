"""What happened to tags: moments at which one began or ceased to point at something, newest first.

A move ends one life of a tag and begins the next at the same moment, so both are told as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy import false as never

from charthouse.engines.metadata.tables import manifest, tag, tag_history
from charthouse.model.digests import Digest
from charthouse.model.names import Tag
from charthouse.ports.tag_lists import EventKind, TagEvent, TagEventQuery

from .patterns import comparable

_REPOSITORY = bindparam("repository", type_=BigInteger)
_NOW = bindparam("now", type_=BigInteger)
_NAME: BindParameter[str] = bindparam("wanted")
_NAMES: BindParameter[str] = bindparam("names", expanding=True)
_MOMENTS = bindparam("moments", expanding=True, type_=BigInteger)


class _Life(NamedTuple):
    name: str
    digest: str
    start_ms: int
    end_ms: int | None
    restored: bool


def _moments(*, by_name: bool) -> Select[Any]:
    """Return the question for a page of moments: the newest of each kind, and of those the newest."""

    def newest(table: Table, at: Column[int], *more: Any) -> Select[Any]:
        found = select(table.c.name, at.label("at_ms")).where(table.c.repository_id == _REPOSITORY, *more)
        latest = at.desc()
        if by_name:
            # By the index of names, not by that of moments, in which the tag may be anywhere.
            found, latest = found.where(table.c.name == _NAME), (at + 0).desc()
        cut = found.order_by(latest, table.c.name).limit(bindparam("reach")).subquery()
        return select(cut.c.name, cut.c.at_ms)

    found = union(
        newest(tag, tag.c.since_ms),
        newest(tag, tag.c.expires_ms, tag.c.expires_ms <= _NOW),
        newest(tag_history, tag_history.c.start_ms),
        newest(tag_history, tag_history.c.end_ms),
    ).subquery()
    return (
        select(found.c.name, found.c.at_ms)
        .order_by(found.c.at_ms.desc(), found.c.name)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_MOMENT_PAGES = {by_name: _moments(by_name=by_name) for by_name in (False, True)}
_ALIVE = (
    select(
        tag.c.name,
        manifest.c.digest,
        tag.c.since_ms.label("start_ms"),
        tag.c.expires_ms.label("end_ms"),
        tag.c.restored,
        never().label("dead"),
        tag.c.since_ms.label("number"),
    )
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .where(tag.c.repository_id == _REPOSITORY, tag.c.name.in_(_NAMES))
    .where(or_(tag.c.since_ms.in_(_MOMENTS), tag.c.expires_ms.in_(_MOMENTS)))
)
_DEAD = (
    select(
        tag_history.c.name,
        tag_history.c.digest,
        tag_history.c.start_ms,
        tag_history.c.end_ms,
        tag_history.c.restored,
        (~never()).label("dead"),
        tag_history.c.id.label("number"),
    )
    .where(tag_history.c.repository_id == _REPOSITORY, tag_history.c.name.in_(_NAMES))
    .where(or_(tag_history.c.start_ms.in_(_MOMENTS), tag_history.c.end_ms.in_(_MOMENTS)))
)
_lives = union_all(_ALIVE, _DEAD).subquery()
_LIVES = select(_lives).order_by(_lives.c.dead.desc(), _lives.c.number)
"""Those that begin or end at some of the moments, in the order in which they were lived."""

_DIGESTS: BindParameter[str] = bindparam("digests", expanding=True)
_ends = union_all(
    select(tag_history.c.digest, tag_history.c.end_ms).where(
        tag_history.c.repository_id == _REPOSITORY, tag_history.c.digest.in_(_DIGESTS)
    ),
    # A date has come, and nothing has taken the tag to the history yet.
    select(manifest.c.digest, tag.c.expires_ms)
    .join(tag, tag.c.manifest_id == manifest.c.id)
    .where(manifest.c.repository_id == _REPOSITORY, manifest.c.digest.in_(_DIGESTS))
    .where(tag.c.expires_ms <= _NOW),
).subquery()
_LAST_HELD = select(_ends.c.digest, func.max(_ends.c.end_ms)).group_by(_ends.c.digest)


def events(connection: Connection, query: TagEventQuery) -> list[TagEvent]:
    """Return a page of what happened, newest first."""
    if not comparable(query.name):
        return []
    where = {"repository": query.repository_id, "now": query.now_ms, "wanted": query.name}
    # Twice as far: a tag that moved twice within a millisecond is in the history by each of its lives.
    reach = 2 * (query.offset + query.limit)
    page = {"limit": query.limit, "offset": query.offset, "reach": reach}
    moments = connection.execute(_MOMENT_PAGES[bool(query.name)], where | page).all()
    if not moments:
        return []
    asked: dict[str, Any] = {"repository": query.repository_id}
    asked["names"] = sorted({name for name, _ in moments})
    asked["moments"] = sorted({at_ms for _, at_ms in moments})
    begun: dict[tuple[str, int], _Life] = {}
    ended: dict[tuple[str, int], _Life] = {}
    for row in connection.execute(_LIVES, asked):
        life = _Life(row.name, row.digest, row.start_ms, row.end_ms, bool(row.restored))
        begun[life.name, life.start_ms] = life
        if life.end_ms is not None:
            ended.setdefault((life.name, life.end_ms), life)
    return [
        _event(name, at_ms, begun.get((name, at_ms)), ended.get((name, at_ms))) for name, at_ms in moments
    ]


def last_held(
    connection: Connection, repository_id: int, digests: Sequence[str], now_ms: int
) -> dict[str, int]:
    """Return by digest when a tag last stopped pointing at it."""
    where = {"repository": repository_id, "digests": list(digests), "now": now_ms}
    return {digest: int(end_ms) for digest, end_ms in connection.execute(_LAST_HELD, where)}


def _event(name: str, at_ms: int, begun: _Life | None, ended: _Life | None) -> TagEvent:
    """Return what happened at a moment; of several lives within a millisecond the last counts."""
    if begun is None or begun.end_ms == at_ms:
        life = begun or ended
        assert life is not None  # noqa: S101 -- a moment is one of a life's
        return TagEvent(Tag(name), EventKind.ENDED, at_ms, Digest(life.digest), Digest(life.digest))
    before = "" if ended is None else Digest(ended.digest)
    kind = EventKind.RESTORED if begun.restored else EventKind.MOVED if before else EventKind.CREATED
    return TagEvent(Tag(name), kind, at_ms, Digest(begun.digest), before)
