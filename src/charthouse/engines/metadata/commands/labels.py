"""Labels that people gave to manifests."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select

from charthouse.engines.metadata.tables import label, manifest
from charthouse.model.errors import InvalidRequest
from charthouse.model.labels import Label
from charthouse.ports.labels import AddLabel

from .repositories import lock_manifests_of
from .tags import live_manifest

_KEY = bindparam("key", type_=BigInteger)
_ADD = insert(label)
_COUNT = select(func.count()).select_from(label).where(label.c.manifest_id == _KEY)
_ALL = (
    select(label.c.uuid, label.c.key, label.c.value, label.c.source, label.c.media_type)
    .join(manifest, manifest.c.id == label.c.manifest_id)
    .where(
        manifest.c.repository_id == bindparam("repository"),
        manifest.c.digest == bindparam("digest"),
        manifest.c.deleted_ms.is_(None),
    )
)
_ORDERED = _ALL.order_by(label.c.key, label.c.uuid)
_ONE = _ALL.where(label.c.uuid == bindparam("wanted"))
_REMOVE = delete(label).where(label.c.uuid == bindparam("wanted"))


def add(connection: Connection, command: AddLabel) -> None:
    """Give a label to a manifest."""
    lock_manifests_of(connection, command.repository_id)
    manifest_id = live_manifest(connection, command.repository_id, command.digest)
    if connection.execute(_COUNT, {"key": manifest_id}).scalar_one() >= command.most:
        raise InvalidRequest(f"a manifest may have {command.most} labels")
    new = command.label
    row = {"uuid": new.label_id, "manifest_id": manifest_id, "key": new.key, "value": new.value}
    connection.execute(_ADD, row | {"source": new.source, "media_type": new.media_type})


def labels(connection: Connection, repository_id: int, digest: str) -> list[Label]:
    """Return the labels of a manifest, by key."""
    rows = connection.execute(_ORDERED, {"repository": repository_id, "digest": digest})
    return [Label(*row) for row in rows]


def remove(connection: Connection, repository_id: int, digest: str, label_id: str) -> Label | None:
    """Take a label away and return it; None when it is not there."""
    lock_manifests_of(connection, repository_id)
    where = {"repository": repository_id, "digest": digest, "wanted": label_id}
    row = connection.execute(_ONE, where).first()
    if row is None:
        return None
    connection.execute(_REMOVE, {"wanted": label_id})
    return Label(*row)
