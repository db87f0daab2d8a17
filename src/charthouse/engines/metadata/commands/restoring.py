"""Bringing a tag back from the history, with all that its manifest names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, exists, or_, select, update

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    account,
    blob,
    manifest,
    manifest_reference,
    repository,
    repository_blob,
    tag,
    tag_history,
)
from charthouse.model.errors import ManifestBlobUnknown, ManifestUnknown
from charthouse.ports.reads import ChangeKind
from charthouse.ports.tags import RestoreTag

from .changes import log_change
from .repositories import lock_manifests_of
from .tags import TAGGED, live_tag, point, pointed
from .windows import IN_NAMESPACE, NOW, OF_NAMESPACE

_REPOSITORY = bindparam("repository", type_=BigInteger)
_KEY = bindparam("key", type_=BigInteger)
_reachable = or_(
    exists().where(tag.c.manifest_id == manifest.c.id),
    exists().where(
        tag_history.c.repository_id == manifest.c.repository_id,
        tag_history.c.digest == manifest.c.digest,
        tag_history.c.end_ms > NOW - OF_NAMESPACE,
    ),
)
_FIND = (
    select(manifest.c.id, manifest.c.digest, manifest.c.deleted_ms)
    .join(repository, repository.c.id == manifest.c.repository_id)
    .join(account, IN_NAMESPACE)
    .where(manifest.c.repository_id == _REPOSITORY, manifest.c.digest == bindparam("digest"), _reachable)
)
_CHILDREN = (
    select(manifest.c.id, manifest.c.digest, manifest.c.deleted_ms)
    .join(
        manifest_reference,
        (manifest_reference.c.repository_id == manifest.c.repository_id)
        & (manifest_reference.c.digest == manifest.c.digest),
    )
    .where(manifest_reference.c.manifest_id == _KEY, manifest_reference.c.kind == ReferenceKind.CHILD)
)
_REVIVE = update(manifest).where(manifest.c.id == _KEY).values(deleted_ms=None)
_held = (
    exists()
    .where(
        repository_blob.c.repository_id == manifest_reference.c.repository_id,
        repository_blob.c.blob_id == blob.c.id,
        blob.c.digest == manifest_reference.c.digest,
    )
    .correlate(manifest_reference)
)
_SHOW_BLOBS = (
    update(repository_blob)
    .where(repository_blob.c.repository_id == _REPOSITORY, repository_blob.c.hidden)
    .where(
        repository_blob.c.blob_id.in_(
            select(blob.c.id)
            .join(manifest_reference, manifest_reference.c.digest == blob.c.digest)
            .where(manifest_reference.c.manifest_id == _KEY)
        )
    )
    .values(hidden=False)
)
_LOST = select(manifest_reference.c.digest).where(
    manifest_reference.c.manifest_id == _KEY, manifest_reference.c.kind == ReferenceKind.BLOB, ~_held
)


def restore(connection: Connection, command: RestoreTag, *, sparse: bool = False) -> bool:
    """Point a tag at what the history has; False when it points there already.

    With ``sparse`` blobs may be missing, as they may be in a push.
    """
    repository_id, now_ms = command.repository_id, command.now_ms
    lock_manifests_of(connection, repository_id)
    before = live_tag(connection, repository_id, command.name, now_ms)
    where = {"repository": repository_id, "digest": command.digest}
    found = connection.execute(_FIND, where | {"now": now_ms, "window": command.window_ms}).first()
    if found is None:
        raise ManifestUnknown(
            f"the history does not have {command.digest}, or its time machine has passed",
            {"reference": command.digest},
        )
    if before is not None and before.manifest_id == found.id and found.deleted_ms is None:
        return False
    at = pointed(connection, repository_id, found.id, command.terms, now_ms, restored=True)
    point(connection, command.name, at)
    connection.execute(TAGGED, {"key": found.id})
    _revive(connection, repository_id, found, sparse=sparse)
    return True


def _revive(
    connection: Connection, repository_id: int, start: Row[*tuple[Any, ...]], *, sparse: bool
) -> None:
    """Bring back a manifest and what it lists; raises ManifestBlobUnknown for one that has lost a blob."""
    waiting, seen = [start], {start.id}
    while waiting:
        found = waiting.pop()
        lost = connection.execute(_LOST, {"key": found.id}).scalars().all()
        if lost and not sparse:
            raise ManifestBlobUnknown(
                "blobs that the manifest names are not there any more: push it again",
                [{"digest": digest} for digest in lost],
            )
        connection.execute(_SHOW_BLOBS, {"key": found.id, "repository": repository_id})
        if found.deleted_ms is not None:
            connection.execute(_REVIVE, {"key": found.id})
            log_change(connection, ChangeKind.MANIFEST, repository_id, found.digest)
        for child in connection.execute(_CHILDREN, {"key": found.id}):
            if child.id not in seen:
                seen.add(child.id)
                waiting.append(child)
