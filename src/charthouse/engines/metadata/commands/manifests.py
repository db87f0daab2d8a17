"""Manifests, tags and referrers of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
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
    blob,
    manifest,
    manifest_reference,
    repository_blob,
    tag,
    tag_history,
)
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestBlobUnknown
from charthouse.model.manifests import Manifest
from charthouse.model.names import Tag
from charthouse.ports.content import PutManifest, Referrer, ReferrerPage, Referrers, TagTarget
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .inserts import insert_row
from .repositories import lock_for_manifests, lock_manifests_of

_AT_ONCE = 1000
"""Digests in one query: the databases take some ten thousand parameters, and an index may list more."""

_REPOSITORY: BindParameter[int] = bindparam("repository")
_NOW: BindParameter[int] = bindparam("now", type_=BigInteger)

_found = (manifest.c.repository_id == _REPOSITORY) & (manifest.c.digest == bindparam("wanted"))
_IS_TAGGED = exists().where(tag.c.manifest_id == manifest.c.id)
_FIND = select(manifest.c.id, manifest.c.deleted_ms, _IS_TAGGED.label("tagged")).where(_found)
_ADD = insert(manifest)
_ADD_REFERENCES = insert(manifest_reference)
_REVIVE = update(manifest).where(manifest.c.id == bindparam("key")).values(deleted_ms=None)
_HIDE = update(manifest).where(manifest.c.id == bindparam("key")).values(deleted_ms=_NOW, untagged_ms=_NOW)
_UNTAGGED = update(manifest).where(manifest.c.id == bindparam("key"), ~_IS_TAGGED).values(untagged_ms=_NOW)
_TAGGED = update(manifest).where(manifest.c.id == bindparam("key")).values(untagged_ms=None)

_HELD_BLOBS = (
    select(blob.c.digest)
    .join(repository_blob, repository_blob.c.blob_id == blob.c.id)
    .where(
        repository_blob.c.repository_id == _REPOSITORY,
        blob.c.digest.in_(bindparam("digests", expanding=True)),
        ~blob.c.quarantined,
    )
)
_LIVE_MANIFESTS = select(manifest.c.digest).where(
    manifest.c.repository_id == _REPOSITORY,
    manifest.c.digest.in_(bindparam("digests", expanding=True)),
    manifest.c.deleted_ms.is_(None),
)

_tag_at = (tag.c.repository_id == _REPOSITORY) & (tag.c.name == bindparam("wanted"))
_FIND_TAG = select(tag.c.manifest_id).where(_tag_at)
_ADD_TAG = insert(tag)
_MOVE_TAG = (
    update(tag)
    .where(_tag_at)
    .values(manifest_id=bindparam("key"), since_ms=_NOW, expires_ms=None, restored=False)
)
_DROP_TAG = delete(tag).where(_tag_at)
_DROP_TAGS = delete(tag).where(tag.c.manifest_id == bindparam("key"))
_ended = (
    select(tag.c.repository_id, tag.c.name, manifest.c.digest, tag.c.since_ms, _NOW, tag.c.restored)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
)  # fmt: skip
_HISTORY = ["repository_id", "name", "digest", "start_ms", "end_ms", "restored"]
_END_TAG = insert(tag_history).from_select(_HISTORY, _ended.where(_tag_at))
_END_TAGS = insert(tag_history).from_select(_HISTORY, _ended.where(tag.c.manifest_id == bindparam("key")))

_refers = (
    (manifest.c.repository_id == _REPOSITORY)
    & (manifest.c.subject == bindparam("wanted"))
    & manifest.c.deleted_ms.is_(None)
)
_REFERRER_SIZES = (
    select(manifest.c.digest, manifest.c.size)
    .where(_refers, manifest.c.digest > bindparam("after"))
    .order_by(manifest.c.digest)
    .limit(_AT_ONCE)
)
_REFERRER_SIZES_OF = _REFERRER_SIZES.where(
    manifest.c.artifact_type.in_(bindparam("artifact_types", expanding=True))
)
_REFERRERS = (
    select(manifest.c.digest, manifest.c.media_type, manifest.c.artifact_type, manifest.c.size)
    .add_columns(manifest.c.annotations)
    .where(_refers, manifest.c.digest.in_(bindparam("digests", expanding=True)))
    .order_by(manifest.c.digest)
)
_LISTABLE = _LIVE_MANIFESTS.where(
    or_(manifest.c.subject.is_(None), manifest.c.subject != bindparam("subject"))
)
_TAG_TARGETS = (
    select(tag.c.name, manifest.c.digest, manifest.c.media_type, manifest.c.size)
    .join(manifest, manifest.c.id == tag.c.manifest_id)
    .where(tag.c.repository_id == _REPOSITORY, tag.c.name > bindparam("after"))
    .order_by(tag.c.name)
    .limit(bindparam("limit"))
)


def put(connection: Connection, command: PutManifest) -> int:
    """Store a manifest and point tags at it; returns the repository's id."""
    repository_id = lock_for_manifests(connection, command.target, command.now_ms)
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": command.digest}).first()
    if not command.sparse and (found is None or not found.tagged):
        # Collection may already have taken what an untagged manifest names, and not yet the manifest.
        _require_content(connection, repository_id, command.manifest)
    if found is None:
        manifest_id = _add(connection, repository_id, command)
    else:
        manifest_id = found.id
        _put_again(connection, found, command)
    for name in command.tags:
        _point(connection, repository_id, name, manifest_id, command.now_ms)
    return repository_id


def delete_tag(connection: Connection, repository_id: int, name: str, now_ms: int) -> bool:
    """Hide a tag, keep it in the history; False when there is none."""
    lock_manifests_of(connection, repository_id)
    where = {"repository": repository_id, "wanted": name}
    manifest_id = connection.execute(_FIND_TAG, where).scalar()
    if manifest_id is None:
        return False
    connection.execute(_END_TAG, where | {"now": now_ms})
    connection.execute(_DROP_TAG, where)
    connection.execute(_UNTAGGED, {"key": manifest_id, "now": now_ms})
    log_change(connection, ChangeKind.TAG, repository_id, name)
    return True


def delete_manifest(connection: Connection, repository_id: int, digest: str, now_ms: int) -> bool:
    """Hide a manifest and every tag that points at it; False when there is none."""
    lock_manifests_of(connection, repository_id)
    found = connection.execute(_FIND, {"repository": repository_id, "wanted": digest}).first()
    if found is None or found.deleted_ms is not None:
        return False
    arguments = {"key": found.id, "now": now_ms}
    connection.execute(_END_TAGS, arguments)
    connection.execute(_DROP_TAGS, {"key": found.id})
    connection.execute(_HIDE, arguments)
    log_change(connection, ChangeKind.MANIFEST, repository_id, digest)
    return True


def referrers(connection: Connection, asked: Referrers) -> ReferrerPage:
    """Return a page of the live manifests that name the subject: first asks how large they are."""
    where = {"repository": asked.repository_id, "wanted": asked.subject}
    if asked.artifact_types:
        page = {**where, "after": asked.after, "artifact_types": asked.artifact_types}
        sizes = connection.execute(_REFERRER_SIZES_OF, page).all()
    else:
        sizes = connection.execute(_REFERRER_SIZES, {**where, "after": asked.after}).all()
    filled = accumulate(size for _, size in sizes)
    count = max(sum(total <= asked.room for total in filled), 1)
    rows = connection.execute(_REFERRERS, {**where, "digests": [digest for digest, _ in sizes[:count]]})
    found = [
        Referrer(digest, media_type, artifact_type, size, msgspec.json.decode(annotations))
        for digest, media_type, artifact_type, size, annotations in rows
    ]
    more = count < len(sizes) or len(sizes) == _AT_ONCE
    return ReferrerPage(found, sizes[count - 1].digest if more else "")


def listable(connection: Connection, repository_id: int, subject: str, digests: Sequence[str]) -> set[str]:
    """Return those of ``digests`` that are live manifests of the repository and do not name ``subject``."""
    return _there(connection, repository_id, digests, _LISTABLE, subject=subject)


def tag_targets(connection: Connection, repository_id: int, after: str, limit: int) -> list[TagTarget]:
    """Return live tags greater than ``after`` with what they point at, by bytes."""
    arguments = {"repository": repository_id, "after": after, "limit": limit}
    return [TagTarget(*row) for row in connection.execute(_TAG_TARGETS, arguments)]


def _require_content(connection: Connection, repository_id: int, needs: Manifest) -> None:
    missing = _missing(connection, repository_id, needs.blobs, _HELD_BLOBS)
    missing += _missing(connection, repository_id, needs.children, _LIVE_MANIFESTS)
    if missing:
        raise ManifestBlobUnknown(
            "the manifest names content that the repository lacks: push that first",
            [{"digest": digest} for digest in missing],
        )


def _missing(
    connection: Connection, repository_id: int, digests: tuple[Digest, ...], query: Select[str]
) -> list[Digest]:
    there = _there(connection, repository_id, digests, query)
    return [digest for digest in digests if digest not in there]


def _there(
    connection: Connection, repository_id: int, digests: Sequence[str], query: Select[str], **where: str
) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        asked = {"repository": repository_id, "digests": some, **where}
        found.update(connection.execute(query, asked).scalars())
    return found


def _add(connection: Connection, repository_id: int, command: PutManifest) -> int:
    facts = command.manifest
    row = {
        "repository_id": repository_id,
        "digest": command.digest,
        "media_type": facts.media_type,
        "size": len(command.content),
        "subject": facts.subject,
        "created_ms": command.now_ms,
        "untagged_ms": None if command.tags else command.now_ms,
        "config_media_type": facts.config_media_type,
        "artifact_type": facts.artifact_type,
        "annotations": msgspec.json.encode(facts.annotations).decode(),
        "content": command.content,
    }
    manifest_id = insert_row(connection, _ADD, row)
    kinds = dict.fromkeys(facts.absent_allowed, ReferenceKind.OPTIONAL_BLOB)
    kinds |= dict.fromkeys(facts.blobs, ReferenceKind.BLOB)
    kinds |= dict.fromkeys(facts.children, ReferenceKind.CHILD)
    if kinds:
        references = [
            {"manifest_id": manifest_id, "repository_id": repository_id, "digest": digest, "kind": kind.value}
            for digest, kind in kinds.items()
        ]
        connection.execute(_ADD_REFERENCES, references)
    return manifest_id


def _put_again(connection: Connection, found: Row[*tuple[Any, ...]], command: PutManifest) -> None:
    if found.deleted_ms is not None:
        connection.execute(_REVIVE, {"key": found.id})
    if command.tags:
        connection.execute(_TAGGED, {"key": found.id})
    else:
        connection.execute(_UNTAGGED, {"key": found.id, "now": command.now_ms})


def _point(connection: Connection, repository_id: int, name: Tag, manifest_id: int, now_ms: int) -> None:
    """Point a tag at a manifest; what it pointed at before goes to the history."""
    where = {"repository": repository_id, "wanted": name}
    before = connection.execute(_FIND_TAG, where).scalar()
    if before is None:
        row = {"repository_id": repository_id, "name": name, "manifest_id": manifest_id, "since_ms": now_ms}
        row |= {"immutable": False, "restored": False}
        connection.execute(_ADD_TAG, row)
    elif before != manifest_id:
        connection.execute(_END_TAG, where | {"now": now_ms})
        connection.execute(_MOVE_TAG, where | {"key": manifest_id, "now": now_ms})
        connection.execute(_UNTAGGED, {"key": before, "now": now_ms})
        log_change(connection, ChangeKind.TAG, repository_id, name)
