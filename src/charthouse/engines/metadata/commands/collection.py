"""Collection: what nothing needs, found by a scan, and dropped one by one, each in its own transaction.

A scan must not walk over all that is stored every time. So columns remember what collection has seen:
``manifest.untagged_ms`` is null, and ``repository_blob.held`` true, when something was seen to hold the row;
dropping the holder resets them. Both only spare work: a drop always looks at the facts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    account,
    blob,
    chart,
    chart_document,
    doomed_object,
    label,
    manifest,
    manifest_reference,
    repository,
    repository_blob,
    tag,
    tag_history,
)
from charthouse.model.digests import Digest
from charthouse.ports.reads import ChangeKind
from charthouse.ports.upkeep import StoredBlob, Terms

from .blobs import drop_link
from .changes import log_change
from .repositories import lock_for_removal
from .tags import forget_history
from .windows import GRACE, IN_NAMESPACE, NOW, OF_NAMESPACE, SHORTEST, UNTAGGED

_LIMIT: BindParameter[int] = bindparam("limit")
_BEFORE: BindParameter[int] = bindparam("before")
_KEY: BindParameter[int] = bindparam("key")

_tagged = exists().where(tag.c.manifest_id == manifest.c.id)
_in_history = exists().where(
    tag_history.c.repository_id == manifest.c.repository_id, tag_history.c.digest == manifest.c.digest
)

_OLD_HISTORY = (
    select(tag_history.c.id, tag_history.c.repository_id, tag_history.c.digest, tag_history.c.end_ms)
    .join(repository, repository.c.id == tag_history.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(tag_history.c.end_ms < NOW - SHORTEST, tag_history.c.end_ms < NOW - OF_NAMESPACE)
    .limit(_LIMIT)
)

_STALE_MANIFESTS = (
    select(manifest.c.id)
    .join(repository, repository.c.id == manifest.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(manifest.c.untagged_ms < NOW - GRACE, manifest.c.untagged_ms < NOW - UNTAGGED, ~_in_history)
    .order_by(manifest.c.untagged_ms)
    .limit(_LIMIT)
)
_manifest_fields = (manifest.c.id, manifest.c.repository_id, manifest.c.digest, manifest.c.subject)
_MANIFEST = select(*_manifest_fields, manifest.c.untagged_ms, manifest.c.deleted_ms).where(
    manifest.c.id == _KEY
)
_REPOSITORY = (
    select(manifest.c.repository_id, UNTAGGED.label("stays_ms"))
    .join(repository, repository.c.id == manifest.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(manifest.c.id == _KEY)
)
_IS_TAGGED = select(tag.c.name).where(tag.c.manifest_id == _KEY).limit(1)
_IS_ROOT = select(manifest.c.id).where(
    manifest.c.id == _KEY, or_(_tagged, _in_history, manifest.c.untagged_ms >= _BEFORE)
)
_INDEXES = (
    select(*_manifest_fields)
    .join(manifest_reference, manifest_reference.c.manifest_id == manifest.c.id)
    .where(
        manifest_reference.c.repository_id == bindparam("repository"),
        manifest_reference.c.digest == bindparam("digest"),
        manifest_reference.c.kind == ReferenceKind.CHILD,
    )
)
_BY_DIGEST = select(*_manifest_fields).where(
    manifest.c.repository_id == bindparam("repository"), manifest.c.digest == bindparam("digest")
)
_SEEN_HELD = update(manifest).where(manifest.c.id == _KEY).values(untagged_ms=None)
_named_by = (
    select(manifest_reference.c.digest).where(manifest_reference.c.manifest_id == _KEY).scalar_subquery()
)
_LOOSEN_CHILDREN = (
    update(manifest)
    .where(manifest.c.repository_id == bindparam("repository"), manifest.c.digest.in_(_named_by))
    .where(manifest.c.untagged_ms.is_(None), ~_tagged)
    .values(untagged_ms=bindparam("since"))
)
_LOOSEN_REFERRERS = (
    update(manifest)
    .where(manifest.c.repository_id == bindparam("repository"), manifest.c.subject == bindparam("of"))
    .where(manifest.c.untagged_ms.is_(None), ~_tagged)
    .values(untagged_ms=bindparam("since"))
)
_LOOSEN_BLOBS = (
    update(repository_blob)
    .where(
        repository_blob.c.repository_id == bindparam("repository"),
        repository_blob.c.blob_id.in_(select(blob.c.id).where(blob.c.digest.in_(_named_by))),
    )
    .values(held=False)
)
_DROP_LABELS = delete(label).where(label.c.manifest_id == _KEY)
_DROP_DOCUMENT = delete(chart_document).where(chart_document.c.manifest_id == _KEY)
_DROP_CHART = delete(chart).where(chart.c.manifest_id == _KEY)
_DROP_REFERENCES = delete(manifest_reference).where(manifest_reference.c.manifest_id == _KEY)
_DROP_MANIFEST = delete(manifest).where(manifest.c.id == _KEY)

_links = repository_blob.c
_STALE_LINKS = (
    select(_links.repository_id, _links.blob_id)
    .where(_links.held.is_(False), _links.kept_until_ms < bindparam("now"))
    .order_by(_links.kept_until_ms)
    .limit(_LIMIT)
)
_at = (_links.repository_id == bindparam("repository")) & (_links.blob_id == bindparam("blob"))
_LINK = (
    select(_links.kept_until_ms, blob.c.digest)
    .join(blob, blob.c.id == _links.blob_id)
    .where(_at)
    .with_for_update()  # who keeps it at the same moment waits, and then finds it gone
)
_NAMED = select(
    exists().where(
        manifest_reference.c.repository_id == bindparam("repository"),
        manifest_reference.c.digest == bindparam("digest"),
        manifest_reference.c.kind != ReferenceKind.CHILD,
    )
)
_SEEN_NAMED = update(repository_blob).where(_at).values(held=True)

_STALE_BLOBS = select(blob.c.id).where(blob.c.kept_until_ms < bindparam("now")).limit(_LIMIT)
_BLOB = select(blob.c.kept_until_ms, blob.c.size, blob.c.key).where(blob.c.id == _KEY).with_for_update()
_DROP_BLOB = delete(blob).where(blob.c.id == _KEY)

_DOOM = insert(doomed_object)
_DOOMED = (
    select(doomed_object.c.key)
    .where(doomed_object.c.due_ms <= bindparam("now"), ~exists().where(blob.c.key == doomed_object.c.key))
    .order_by(doomed_object.c.due_ms, doomed_object.c.key)
    .limit(_LIMIT)
)
_KNOWN_DOOMED = select(doomed_object.c.key).where(doomed_object.c.key.in_(bindparam("keys", expanding=True)))
_FORGET_DOOMED = delete(doomed_object).where(doomed_object.c.key.in_(bindparam("keys", expanding=True)))
_USED_KEYS = select(blob.c.key).where(blob.c.key.in_(bindparam("keys", expanding=True)))

_SCRUB = (
    select(blob.c.id, blob.c.digest, blob.c.size, blob.c.key)
    .where(blob.c.id > bindparam("after"), ~blob.c.quarantined)
    .order_by(blob.c.id)
    .limit(_LIMIT)
)
_HOLDER_NAMES = (
    select(repository.c.path)
    .join(repository_blob, _links.repository_id == repository.c.id)
    .where(_links.blob_id == _KEY)
    .order_by(repository.c.path)
    .limit(_LIMIT)
)


def sweep_history(connection: Connection, terms: Terms, limit: int) -> int:
    """Forget hidden tags that the time machine of their namespace does not reach any more."""
    rows = connection.execute(_OLD_HISTORY, _times(terms) | {"limit": limit}).all()
    if rows:
        forget_history(connection, rows)
    return len(rows)


def stale_manifests(connection: Connection, terms: Terms, limit: int) -> list[int]:
    """Return manifests that may be unneeded."""
    return list(connection.execute(_STALE_MANIFESTS, _times(terms) | {"limit": limit}).scalars())


def drop_manifest(connection: Connection, manifest_id: int, terms: Terms) -> bool:
    """Drop a manifest unless it is needed; else remember that it is held."""
    place = connection.execute(_REPOSITORY, _times(terms) | {"key": manifest_id}).first()
    if place is None:
        return False
    lock_for_removal(connection, place.repository_id)
    found = connection.execute(_MANIFEST, {"key": manifest_id}).first()
    if found is None or found.untagged_ms is None:
        return False
    before_ms = terms.now_ms - place.stays_ms
    tagged = connection.execute(_IS_TAGGED, {"key": manifest_id}).first() is not None
    if not tagged and _is_root(connection, manifest_id, before_ms):
        return False
    if tagged or _is_held(connection, found, before_ms):
        connection.execute(_SEEN_HELD, {"key": manifest_id})
        return False
    _loosen(connection, found)
    for statement in (_DROP_LABELS, _DROP_DOCUMENT, _DROP_CHART, _DROP_REFERENCES, _DROP_MANIFEST):
        connection.execute(statement, {"key": manifest_id})
    if found.deleted_ms is None:
        log_change(connection, ChangeKind.MANIFEST, place.repository_id, found.digest)
    return True


def stale_links(connection: Connection, now_ms: int, limit: int) -> list[tuple[int, int]]:
    """Return ``(repository, blob)`` of links that may be unneeded."""
    rows = connection.execute(_STALE_LINKS, {"now": now_ms, "limit": limit})
    return [(repository_id, blob_id) for repository_id, blob_id in rows]


def drop_stale_link(connection: Connection, repository_id: int, blob_id: int, now_ms: int) -> bool:
    """Take a blob from a repository unless it is needed; else remember that it is held."""
    lock_for_removal(connection, repository_id)
    where = {"repository": repository_id, "blob": blob_id}
    found = connection.execute(_LINK, where).first()
    if found is None or found.kept_until_ms >= now_ms:
        return False
    if connection.execute(_NAMED, {"repository": repository_id, "digest": found.digest}).scalar():
        connection.execute(_SEEN_NAMED, where)
        return False
    drop_link(connection, repository_id, blob_id, found.kept_until_ms)
    log_change(connection, ChangeKind.BLOB, repository_id, found.digest)
    return True


def stale_blobs(connection: Connection, now_ms: int, limit: int) -> list[int]:
    """Return blobs that no repository holds any more."""
    return list(connection.execute(_STALE_BLOBS, {"now": now_ms, "limit": limit}).scalars())


def drop_blob(connection: Connection, blob_id: int, now_ms: int) -> int | None:
    """Forget a blob and doom its object; returns its size in bytes, None when it is held again."""
    found = connection.execute(_BLOB, {"key": blob_id}).first()
    if found is None or found.kept_until_ms is None or found.kept_until_ms >= now_ms:
        return None
    connection.execute(_DROP_BLOB, {"key": blob_id})
    doom(connection, [found.key], now_ms)
    return int(found.size)


def doom(connection: Connection, keys: Sequence[str], due_ms: int) -> None:
    """Mark objects that no blob uses for deletion from then on; marked ones keep their time."""
    spared = {*_keys(connection, _USED_KEYS, keys), *_keys(connection, _KNOWN_DOOMED, keys)}
    rows = [{"key": key, "due_ms": due_ms} for key in dict.fromkeys(keys) if key not in spared]
    if rows:
        connection.execute(_DOOM, rows)


def doomed(connection: Connection, now_ms: int, limit: int) -> list[str]:
    """Return keys marked for deletion whose time has come."""
    return list(connection.execute(_DOOMED, {"now": now_ms, "limit": limit}).scalars())


def forget_doomed(connection: Connection, keys: Sequence[str]) -> None:
    """Unmark objects that are deleted now."""
    if keys:
        connection.execute(_FORGET_DOOMED, {"keys": list(keys)})


def unknown_keys(connection: Connection, keys: Sequence[str]) -> list[str]:
    """Return those of ``keys`` that no blob uses."""
    used = set(_keys(connection, _USED_KEYS, keys))
    return [key for key in keys if key not in used]


def blobs(connection: Connection, after_id: int, limit: int) -> list[StoredBlob]:
    """Return blobs with a greater id, in order of id."""
    rows = connection.execute(_SCRUB, {"after": after_id, "limit": limit})
    return [StoredBlob(blob_id, Digest(digest), size, key) for blob_id, digest, size, key in rows]


def holders(connection: Connection, blob_id: int, limit: int) -> list[str]:
    """Return names of repositories that hold a blob."""
    return list(connection.execute(_HOLDER_NAMES, {"key": blob_id, "limit": limit}).scalars())


def _times(terms: Terms) -> dict[str, int]:
    return {"now": terms.now_ms, "window": terms.window_ms, "grace": terms.grace_ms}


def _keys(connection: Connection, query: Select[str], keys: Sequence[str]) -> list[str]:
    return list(connection.execute(query, {"keys": list(keys)}).scalars()) if keys else []


def _is_root(connection: Connection, manifest_id: int, untagged_before_ms: int) -> bool:
    """Tell whether a manifest is needed whatever else is there: tagged, in the history, or recent."""
    return (
        connection.execute(_IS_ROOT, {"key": manifest_id, "before": untagged_before_ms}).first() is not None
    )


def _is_held(connection: Connection, start: Row[*tuple[Any, ...]], untagged_before_ms: int) -> bool:
    """Walk from a manifest to its holders (indexes, subject), and theirs, until one is a root."""
    waiting, seen = [start], {start.id}
    while waiting:
        for holder in _holders(connection, waiting.pop()):
            if holder.id in seen:
                continue
            if _is_root(connection, holder.id, untagged_before_ms):
                return True
            seen.add(holder.id)
            waiting.append(holder)
    return False


def _holders(connection: Connection, held: Row[*tuple[Any, ...]]) -> list[Row[*tuple[Any, ...]]]:
    where = {"repository": held.repository_id, "digest": held.digest}
    found = list(connection.execute(_INDEXES, where))
    if held.subject is not None:
        found += connection.execute(_BY_DIGEST, where | {"digest": held.subject})
    return found


def _loosen(connection: Connection, holder: Row[*tuple[Any, ...]]) -> None:
    """Make collection look again at what a manifest about to be dropped held."""
    where = {"repository": holder.repository_id, "since": holder.untagged_ms}
    connection.execute(_LOOSEN_CHILDREN, where | {"key": holder.id})
    connection.execute(_LOOSEN_REFERRERS, where | {"of": holder.digest})
    connection.execute(_LOOSEN_BLOBS, {"key": holder.id, "repository": holder.repository_id})
