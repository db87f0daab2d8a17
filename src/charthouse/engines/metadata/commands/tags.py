"""Tags over time: pointing them, ending them, bringing them back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Row,
    bindparam,
    case,
    delete,
    exists,
    insert,
    select,
    update,
)

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.tables import (
    ReferenceKind,
    manifest,
    manifest_reference,
    tag,
    tag_history,
)
from charthouse.model.errors import ManifestUnknown, TagImmutable, TagTaken
from charthouse.ports.reads import ChangeKind
from charthouse.ports.tags import ChangeTag, ForgetTag, TagTerms

from .changes import log_change
from .chart_entries import follow, is_chart, tags_of_chart
from .immutability import Rule, is_covered, rules_of
from .repositories import lock_for_removal, lock_manifests_of

REPOSITORY: BindParameter[int] = bindparam("repository")
NOW: BindParameter[int] = bindparam("now", type_=BigInteger)
KEY: BindParameter[int] = bindparam("key")

IS_TAGGED = exists().where(tag.c.manifest_id == manifest.c.id)
UNTAG = update(manifest).where(manifest.c.id == KEY, ~IS_TAGGED).values(untagged_ms=NOW)
TAGGED = update(manifest).where(manifest.c.id == KEY).values(untagged_ms=None)

_at = (tag.c.repository_id == REPOSITORY) & (tag.c.name == bindparam("wanted"))
_fields = (tag.c.manifest_id, tag.c.since_ms, tag.c.expires_ms, tag.c.immutable, manifest.c.digest)
_FIND = (
    select(*_fields, tables.chart.c.manifest_id.label("chart_id"))
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .outerjoin(tables.chart, tables.chart.c.manifest_id == tag.c.manifest_id)
    .where(_at)
)
_ADD = insert(tag)
_STATE = {"immutable": bindparam("locked"), "expires_ms": bindparam("until", type_=BigInteger)}
_SET = update(tag).where(_at).values(_STATE)
_MOVE = (
    update(tag)
    .where(_at)
    .values({"manifest_id": KEY, "since_ms": NOW, "restored": bindparam("again"), **_STATE})
)
_DROP = delete(tag).where(_at)
_DROP_ALL = delete(tag).where(tag.c.manifest_id == KEY)
_end = case((tag.c.expires_ms < NOW, tag.c.expires_ms), else_=NOW)
_ended = (
    select(tag.c.repository_id, tag.c.name, manifest.c.digest, tag.c.since_ms, _end, tag.c.restored)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
)  # fmt: skip
_HISTORY = ["repository_id", "name", "digest", "start_ms", "end_ms", "restored"]
_END = insert(tag_history).from_select(_HISTORY, _ended.where(_at))
_END_ALL = insert(tag_history).from_select(_HISTORY, _ended.where(tag.c.manifest_id == KEY))

_LIVE = select(manifest.c.id).where(
    manifest.c.repository_id == REPOSITORY,
    manifest.c.digest == bindparam("digest"),
    manifest.c.deleted_ms.is_(None),
)
_LOCKED = (
    select(tag.c.name)
    .where(tag.c.manifest_id == KEY, tag.c.immutable)
    .where(tag.c.expires_ms.is_(None) | (tag.c.expires_ms > NOW))
    .limit(1)
)
_INDEXES = (
    select(manifest.c.id, manifest.c.digest)
    .join(manifest_reference, manifest_reference.c.manifest_id == manifest.c.id)
    .where(
        manifest_reference.c.repository_id == REPOSITORY,
        manifest_reference.c.digest == bindparam("digest"),
        manifest_reference.c.kind == ReferenceKind.CHILD,
        manifest.c.deleted_ms.is_(None),
    )
)

_past = (tag_history.c.repository_id == REPOSITORY) & (tag_history.c.name == bindparam("wanted"))
_PAST = select(tag_history.c.id, tag_history.c.repository_id, tag_history.c.digest, tag_history.c.end_ms)
_PAST_OF_TAG = _PAST.where(_past)
_PAST_OF_DIGEST = _PAST_OF_TAG.where(tag_history.c.digest == bindparam("digest"))
_FORGET = delete(tag_history).where(tag_history.c.id.in_(bindparam("keys", expanding=True)))
_RELEASE = (
    update(manifest)
    .where(
        manifest.c.repository_id == REPOSITORY,
        manifest.c.digest == bindparam("wanted"),
        manifest.c.untagged_ms <= bindparam("end", type_=BigInteger),
    )
    .where(
        ~exists().where(
            tag_history.c.repository_id == manifest.c.repository_id,
            tag_history.c.digest == manifest.c.digest,
        )
    )
    .values(untagged_ms=0)
)

_DUE = (
    select(tag.c.repository_id, tag.c.name)
    .where(tag.c.expires_ms <= NOW)
    .order_by(tag.c.expires_ms)
    .limit(bindparam("limit"))
)


class Pointed(NamedTuple):
    """What tags are pointed at, and on which terms; ``rules`` are the policies that decide about them.

    ``chart``: the manifest is a chart's, which indexes show.
    """

    repository_id: int
    manifest_id: int
    terms: TagTerms
    rules: tuple[Rule, ...]
    now_ms: int
    chart: bool
    restored: bool = False


def live_tag(
    connection: Connection, repository_id: int, name: str, now_ms: int
) -> Row[*tuple[Any, ...]] | None:
    """Return a tag; one whose date has come goes to the history first, and is not there."""
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": name}).first()
    if found is None or found.expires_ms is None or found.expires_ms > now_ms:
        return found
    end_tag(connection, repository_id, name, found.manifest_id, found.expires_ms)
    return None


def require_at(connection: Connection, repository_id: int, name: str, digest: str, now_ms: int) -> None:
    """Return when a tag points at ``digest``, or with "" when there is none; raises TagTaken."""
    found = live_tag(connection, repository_id, name, now_ms)
    if ("" if found is None else found.digest) != digest:
        raise TagTaken(f"the tag {name} was changed by somebody else, or is there already", {"tag": name})


def end_tag(connection: Connection, repository_id: int, name: str, manifest_id: int, at_ms: int) -> None:
    """Take a tag away and keep it in the history."""
    where = {"repository": repository_id, "wanted": name}
    connection.execute(_END, where | {"now": at_ms})
    connection.execute(_DROP, where)
    connection.execute(UNTAG, {"key": manifest_id, "now": at_ms})
    if is_chart(connection, manifest_id):
        follow(connection, repository_id, name)
    log_change(connection, ChangeKind.TAG, repository_id, name)


def end_tags_of(connection: Connection, repository_id: int, manifest_id: int, now_ms: int) -> None:
    """Do the same to every tag of a manifest, which the caller hides."""
    of_chart = tags_of_chart(connection, manifest_id)
    connection.execute(_END_ALL, {"key": manifest_id, "now": now_ms})
    connection.execute(_DROP_ALL, {"key": manifest_id})
    for name in of_chart:
        follow(connection, repository_id, name)


def delete_tag(connection: Connection, repository_id: int, name: str, now_ms: int) -> bool:
    """Hide a tag, keep it in the history; False when there is none."""
    lock_manifests_of(connection, repository_id)
    found = live_tag(connection, repository_id, name, now_ms)
    if found is None:
        return False
    _require_mutable(found, name)
    end_tag(connection, repository_id, name, found.manifest_id, now_ms)
    return True


def pointed(
    connection: Connection,
    repository_id: int,
    manifest_id: int,
    terms: TagTerms,
    now_ms: int,
    *,
    restored: bool = False,
    chart: bool | None = None,
) -> Pointed:
    """Return what ``point`` needs to know, for any number of tags; ``chart`` None: to be looked up."""
    rules = rules_of(connection, repository_id) if terms.policies else ()
    if chart is None:
        chart = is_chart(connection, manifest_id)
    return Pointed(repository_id, manifest_id, terms, rules, now_ms, chart, restored)


def point(connection: Connection, name: str, at: Pointed) -> None:
    """Point a tag at a manifest; what it pointed at before goes to the history."""
    before = live_tag(connection, at.repository_id, name, at.now_ms)
    _point(connection, name, at, before)
    if at.chart or (before is not None and before.chart_id is not None):
        follow(connection, at.repository_id, name)


def _point(connection: Connection, name: str, at: Pointed, before: Row[*tuple[Any, ...]] | None) -> None:
    if before is None:
        row = {"repository_id": at.repository_id, "name": name, "manifest_id": at.manifest_id}
        state = _state(name, at)
        row |= {"since_ms": at.now_ms, "restored": at.restored}
        row |= {"immutable": state["locked"], "expires_ms": state["until"]}
        connection.execute(_ADD, row)
    elif before.manifest_id == at.manifest_id:
        _point_again(connection, name, at, before)
    else:
        _require_mutable(before, name)
        where = {"repository": at.repository_id, "wanted": name}
        connection.execute(_END, where | {"now": at.now_ms})
        moved = {"key": at.manifest_id, "now": at.now_ms, "again": at.restored, **_state(name, at)}
        connection.execute(_MOVE, where | moved)
        connection.execute(UNTAG, {"key": before.manifest_id, "now": at.now_ms})
        log_change(connection, ChangeKind.TAG, at.repository_id, name)


def change(connection: Connection, command: ChangeTag) -> None:
    """Change a tag; raises ManifestUnknown for a tag or manifest that is not there."""
    repository_id, name, now_ms = command.repository_id, command.name, command.now_ms
    lock_manifests_of(connection, repository_id)
    where = {"repository": repository_id, "wanted": name}
    found = live_tag(connection, repository_id, name, now_ms)
    if found is not None and command.immutable is False and found.immutable:
        connection.execute(_SET, where | {"locked": False, "until": found.expires_ms})
    if command.digest is not None:
        manifest_id = live_manifest(connection, repository_id, command.digest)
        point(connection, name, pointed(connection, repository_id, manifest_id, command.terms, now_ms))
        connection.execute(TAGGED, {"key": manifest_id})
    elif found is None:
        raise ManifestUnknown(f"there is no tag {name}", {"reference": name})
    _change_state(connection, command, where)


def forget(connection: Connection, command: ForgetTag) -> None:
    """Delete a tag past the time machine; raises ManifestUnknown when there is nothing of the kind."""
    repository_id, name, digest = command.repository_id, command.name, command.digest
    lock_manifests_of(connection, repository_id)
    where = {"repository": repository_id, "wanted": name}
    found = live_tag(connection, repository_id, name, command.now_ms)
    if command.live:
        if found is None or digest not in (None, found.digest):
            raise ManifestUnknown(f"there is no such tag {name}", {"reference": name})
        _require_mutable(found, name)
        end_tag(connection, repository_id, name, found.manifest_id, command.now_ms)
        digest = found.digest
    if digest is None:
        rows = connection.execute(_PAST_OF_TAG, where).all()
    else:
        rows = connection.execute(_PAST_OF_DIGEST, where | {"digest": digest}).all()
    if not rows:
        raise ManifestUnknown(f"the history has no such tag {name}", {"reference": name})
    forget_history(connection, rows)


def forget_history(connection: Connection, rows: Iterable[Row[*tuple[Any, ...]]]) -> None:
    """Drop rows of the history, and leave to collection at once what only they kept.

    What was pushed again since then is kept for as long as any push.
    """
    ends: dict[tuple[int, str], int] = {}
    keys = []
    for row in rows:
        keys.append(row.id)
        where = (row.repository_id, row.digest)
        ends[where] = max(ends.get(where, 0), row.end_ms)
    connection.execute(_FORGET, {"keys": keys})
    released = [
        {"repository": where[0], "wanted": where[1], "end": end} for where, end in sorted(ends.items())
    ]
    connection.execute(_RELEASE, released)


def due(connection: Connection, now_ms: int, limit: int) -> list[tuple[int, str]]:
    """Return ``(repository, tag)`` of tags whose date has come."""
    rows = connection.execute(_DUE, {"now": now_ms, "limit": limit})
    return [(repository_id, name) for repository_id, name in rows]


def expire(connection: Connection, repository_id: int, name: str, now_ms: int) -> bool:
    """Move a tag whose date has come to the history; False when it is gone, or has another date by now."""
    lock_for_removal(connection, repository_id)
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": name}).first()
    if found is None or found.expires_ms is None or found.expires_ms > now_ms:
        return False
    end_tag(connection, repository_id, name, found.manifest_id, found.expires_ms)
    return True


def live_manifest(connection: Connection, repository_id: int, digest: str) -> int:
    """Return the id of a manifest; raises ManifestUnknown for one that is not there, or hidden."""
    found: int | None = connection.execute(_LIVE, {"repository": repository_id, "digest": digest}).scalar()
    if found is None:
        raise ManifestUnknown(f"there is no manifest {digest} in this repository", {"reference": digest})
    return found


def require_free(
    connection: Connection, repository_id: int, manifest_id: int, digest: str, now_ms: int
) -> None:
    """Raise TagImmutable when an immutable tag points at a manifest, or at an index that it is part of."""
    waiting, seen = [(manifest_id, digest)], {manifest_id}
    while waiting:
        holder_id, holder = waiting.pop()
        name = connection.execute(_LOCKED, {"key": holder_id, "now": now_ms}).scalar()
        if name is not None:
            raise _immutable(name)
        for row in connection.execute(_INDEXES, {"repository": repository_id, "digest": holder}):
            if row.id not in seen:
                seen.add(row.id)
                waiting.append((row.id, row.digest))


def _point_again(connection: Connection, name: str, at: Pointed, found: Row[*tuple[Any, ...]]) -> None:
    """Point a tag at what it points at already: only a new date, or what makes it immutable, changes it."""
    if found.immutable:
        return
    state = _state(name, at)
    if at.terms.expires_ms is None and not state["locked"]:
        return
    connection.execute(_SET, {"repository": at.repository_id, "wanted": name, **state})
    log_change(connection, ChangeKind.TAG, at.repository_id, name)


def _state(name: str, at: Pointed) -> dict[str, Any]:
    immutable = at.terms.immutable or is_covered(name, at.rules)
    dated = not immutable or at.terms.can_expire
    return {"locked": immutable, "until": at.terms.expires_ms if dated else None}


def _change_state(connection: Connection, command: ChangeTag, where: dict[str, Any]) -> None:
    """Make a tag immutable, and give it its date."""
    found = connection.execute(_FIND, where).one()
    locked, until = found.immutable, found.expires_ms
    can_expire = command.terms.can_expire
    if command.immutable and not locked:
        locked, until = True, until if can_expire else None
    if command.expires_ms is not msgspec.UNSET:
        if locked and not can_expire:
            raise _immutable(command.name)
        until = _within(command, found.since_ms)
    if (locked, until) != (found.immutable, found.expires_ms):
        connection.execute(_SET, where | {"locked": locked, "until": until})
        if found.chart_id is not None:
            follow(connection, command.repository_id, command.name)
        log_change(connection, ChangeKind.TAG, command.repository_id, command.name)


def _within(command: ChangeTag, since_ms: int) -> int | None:
    """Return the date that a tag gets; a tag older than the longest life gets what was asked for."""
    asked = command.expires_ms
    if asked is None or asked is msgspec.UNSET:
        return None
    most = since_ms + command.most_ms
    if most <= command.now_ms + command.least_ms:
        return asked
    return min(max(asked, since_ms + command.least_ms), most)


def _require_mutable(found: Row[*tuple[Any, ...]], name: str) -> None:
    if found.immutable:
        raise _immutable(name)


def _immutable(name: str) -> TagImmutable:
    return TagImmutable(
        f"the tag {name} is immutable: an administrator of the repository can change that", {"tag": name}
    )
