"""Which repository holds which blob, and where its bytes lie."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update

from charthouse.engines.metadata.tables import (
    ReferenceKind,
    blob,
    manifest,
    manifest_reference,
    repository,
    repository_blob,
)
from charthouse.model.errors import Conflict
from charthouse.ports.content import LinkBlob, MountBlob
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .inserts import insert_row
from .repositories import lock_for_blobs, lock_for_removal
from .rights import READABLE

_BY_DIGEST = (
    select(blob.c.id, blob.c.key, blob.c.kept_until_ms, blob.c.quarantined)
    .where(blob.c.digest == bindparam("digest"))
    .with_for_update()
)
_ADD = insert(blob)
_CHANGE = update(blob).where(blob.c.id == bindparam("blob"))
_REPAIR = _CHANGE.values(
    key=bindparam("new_key"), size=bindparam("new_size"), kept_until_ms=None, quarantined=False
)
_HOLD = _CHANGE.values(kept_until_ms=None)
_LET_GO = _CHANGE.values(kept_until_ms=bindparam("until"))

_links = repository_blob.c
_at = (_links.repository_id == bindparam("repository")) & (_links.blob_id == bindparam("blob"))
_LINK = select(_links.kept_until_ms, _links.hidden).where(_at)
_ADD_LINK = insert(repository_blob)
_KEEP = update(repository_blob).where(_at).values(kept_until_ms=bindparam("until"))
_SHOW = update(repository_blob).where(_at).values(hidden=False)
_HIDE = update(repository_blob).where(_at).values(hidden=True)
_DROP_LINK = delete(repository_blob).where(_at)
_LOCK = select(blob.c.id).where(blob.c.id == bindparam("blob")).with_for_update()
_LINKED = select(exists().where(_links.blob_id == bindparam("blob")))

_HELD = (
    select(blob.c.id, _links.kept_until_ms)
    .join(repository_blob, _links.blob_id == blob.c.id)
    .where(
        _links.repository_id == bindparam("repository"),
        blob.c.digest == bindparam("digest"),
        ~blob.c.quarantined,
        ~_links.hidden,
    )
)
_ANY_SOURCE = (
    select(blob.c.id)
    .join(repository_blob, _links.blob_id == blob.c.id)
    .join(repository, repository.c.id == _links.repository_id)
    .where(blob.c.digest == bindparam("digest"), ~blob.c.quarantined, ~_links.hidden, READABLE)
    .limit(1)
)
_NAMED_SOURCE = _ANY_SOURCE.where(repository.c.path == bindparam("source"))
_QUARANTINE = _CHANGE.where(blob.c.key == bindparam("bad_key"), ~blob.c.quarantined).values(quarantined=True)
_HOLDERS = (
    select(_links.repository_id, blob.c.digest)
    .join(blob, blob.c.id == _links.blob_id)
    .where(_links.blob_id == bindparam("blob"))
)
_NAMED_BY = (
    select(manifest.c.digest)
    .join(manifest_reference, manifest_reference.c.manifest_id == manifest.c.id)
    .where(
        manifest_reference.c.repository_id == bindparam("repository"),
        manifest_reference.c.digest == bindparam("digest"),
        manifest_reference.c.kind != ReferenceKind.CHILD,
    )
    .limit(1)
)
_NEEDED_BY = _NAMED_BY.where(manifest.c.deleted_ms.is_(None))


def link(connection: Connection, command: LinkBlob) -> str:
    """Tell that the repository holds the blob; returns the key that holds the bytes from now on."""
    repository_id = lock_for_blobs(connection, command.target, command.now_ms)
    found = connection.execute(_BY_DIGEST, {"digest": command.digest}).first()
    if found is None:
        blob_id, key = _add(connection, command), command.key
    else:
        blob_id, key = found.id, _reuse(connection, found, command)
    _put_link(connection, repository_id, blob_id, command.keep_until_ms)
    return key


def mount(connection: Connection, command: MountBlob) -> bool:
    """Let the repository hold a blob of another one that the account may read; False when there is none."""
    source = {"digest": command.digest, "account_id": command.target.account_id}
    if command.source is None:
        blob_id = connection.execute(_ANY_SOURCE, source).scalar()
    else:
        blob_id = connection.execute(_NAMED_SOURCE, source | {"source": command.source}).scalar()
    if blob_id is None:
        return False
    repository_id = lock_for_blobs(connection, command.target, command.now_ms)
    found = connection.execute(_BY_DIGEST, {"digest": command.digest}).first()
    if found is None or found.quarantined:
        return False
    _put_link(connection, repository_id, found.id, command.keep_until_ms)
    return True


def keep(connection: Connection, repository_id: int, digest: str, until_ms: int) -> bool:
    """Keep the blob until then at least; False when the repository does not hold it."""
    found = connection.execute(_HELD, {"repository": repository_id, "digest": digest}).first()
    if found is None:
        return False
    if found.kept_until_ms < until_ms:
        where = {"repository": repository_id, "blob": found.id}
        return connection.execute(_KEEP, where | {"until": until_ms}).rowcount > 0
    return True


def unlink(connection: Connection, repository_id: int, digest: str) -> bool:
    """Take the blob from the repository; False when it is not there; raises Conflict when it is needed.

    While a hidden manifest that names it may be restored, the link is hidden too.
    """
    lock_for_removal(connection, repository_id)
    where = {"repository": repository_id, "digest": digest}
    found = connection.execute(_HELD, where).first()
    if found is None:
        return False
    needed_by = connection.execute(_NEEDED_BY, where).scalar()
    if needed_by is not None:
        raise Conflict(
            f"the blob is needed by manifest {needed_by}: delete that first",
            {"digest": digest, "manifest": needed_by},
        )
    if connection.execute(_NAMED_BY, where).first() is None:
        drop_link(connection, repository_id, found.id, found.kept_until_ms)
    else:
        connection.execute(_HIDE, {"repository": repository_id, "blob": found.id})
    log_change(connection, ChangeKind.BLOB, repository_id, digest)
    return True


def lose(connection: Connection, digest: str, key: str) -> None:
    """Make a blob unknown everywhere until it is pushed again; no change when its key is another."""
    found = connection.execute(_BY_DIGEST, {"digest": digest}).first()
    if found is not None:
        quarantine(connection, found.id, key)


def quarantine(connection: Connection, blob_id: int, key: str) -> bool:
    """Do the same to a blob by its id; False when its key is not ``key``."""
    if connection.execute(_QUARANTINE, {"blob": blob_id, "bad_key": key}).rowcount == 0:
        return False
    for repository_id, digest in connection.execute(_HOLDERS, {"blob": blob_id}).all():
        log_change(connection, ChangeKind.BLOB, repository_id, digest)
    return True


def drop_link(connection: Connection, repository_id: int, blob_id: int, kept_until_ms: int) -> None:
    """Remove a link; the last one leaves the blob to collection once ``kept_until_ms`` has passed."""
    connection.execute(_LOCK, {"blob": blob_id}).all()  # of two that remove one each, the second must see
    connection.execute(_DROP_LINK, {"repository": repository_id, "blob": blob_id})
    if not connection.execute(_LINKED, {"blob": blob_id}).scalar():
        connection.execute(_LET_GO, {"blob": blob_id, "until": kept_until_ms})


def _add(connection: Connection, command: LinkBlob) -> int:
    row = {
        "digest": command.digest,
        "size": command.size,
        "key": command.key,
        "created_ms": command.now_ms,
        "quarantined": False,
    }
    return insert_row(connection, _ADD, row)


def _reuse(connection: Connection, found: Row[*tuple[Any, ...]], command: LinkBlob) -> str:
    if found.quarantined:
        repair = {"blob": found.id, "new_key": command.key, "new_size": command.size}
        connection.execute(_REPAIR, repair)
        return command.key
    if found.kept_until_ms is not None:
        connection.execute(_HOLD, {"blob": found.id})
    key: str = found.key
    return key


def _put_link(connection: Connection, repository_id: int, blob_id: int, until_ms: int) -> None:
    where = {"repository": repository_id, "blob": blob_id}
    found = connection.execute(_LINK, where).first()
    if found is None:
        link = {
            "repository_id": repository_id,
            "blob_id": blob_id,
            "kept_until_ms": until_ms,
            "held": False,
            "hidden": False,
        }
        connection.execute(_ADD_LINK, link)
        return
    if found.hidden:
        connection.execute(_SHOW, where)
    if found.kept_until_ms < until_ms:
        connection.execute(_KEEP, where | {"until": until_ms})
