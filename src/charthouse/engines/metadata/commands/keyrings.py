"""Keys that namespaces trust."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import DELETED_ACCOUNT, account, keyring_key, repository
from charthouse.model.errors import NotFound
from charthouse.ports.keyrings import KeyringKey
from charthouse.ports.openpgp import Certificate

_K = keyring_key.c
_NAMESPACE = bindparam("namespace", type_=_K.namespace_id.type)
_FINGERPRINT = bindparam("wanted", type_=_K.fingerprint.type)
_LOCKED = (
    select(account.c.id)
    .where(account.c.id == _NAMESPACE, account.c.kind != DELETED_ACCOUNT)
    .with_for_update()
)
_ORDERED = select(keyring_key).order_by(_K.fingerprint)
_KEYS = _ORDERED.where(_K.namespace_id == _NAMESPACE)
_OF_REPOSITORY = _ORDERED.join(repository, repository.c.namespace_id == _K.namespace_id).where(
    repository.c.id == bindparam("repository")
)
_FINGERPRINTS = select(_K.fingerprint).where(_K.namespace_id == _NAMESPACE)
_ADD = insert(keyring_key)
_REMOVE = delete(keyring_key).where(_K.namespace_id == _NAMESPACE, _K.fingerprint == _FINGERPRINT)


def put(connection: Connection, namespace_id: int, keys: Sequence[KeyringKey], most: int) -> bool:
    """Trust keys; False, and no change, when there would be too many. Raises NotFound for no namespace."""
    if connection.execute(_LOCKED, {"namespace": namespace_id}).first() is None:
        raise NotFound("this namespace is gone")
    there = set(connection.execute(_FINGERPRINTS, {"namespace": namespace_id}).scalars())
    by_fingerprint = {key.certificate.fingerprint: key for key in keys}
    if len(there | by_fingerprint.keys()) > most:
        return False
    for fingerprint, key in by_fingerprint.items():
        if fingerprint in there:
            connection.execute(_REMOVE, {"namespace": namespace_id, "wanted": fingerprint})
        connection.execute(_ADD, _row(namespace_id, key))
    return True


def keys(connection: Connection, namespace_id: int) -> list[KeyringKey]:
    """Return the keys of a namespace by fingerprint."""
    return [_key(row) for row in connection.execute(_KEYS, {"namespace": namespace_id}).mappings()]


def of_repository(connection: Connection, repository_id: int) -> list[KeyringKey]:
    """Return the keys of a repository's namespace by fingerprint."""
    asked = {"repository": repository_id}
    return [_key(row) for row in connection.execute(_OF_REPOSITORY, asked).mappings()]


def remove(connection: Connection, namespace_id: int, fingerprint: str) -> bool:
    """Trust a key no longer; False when it was not trusted."""
    return connection.execute(_REMOVE, {"namespace": namespace_id, "wanted": fingerprint}).rowcount > 0


def _row(namespace_id: int, key: KeyringKey) -> dict[str, Any]:
    row = msgspec.structs.asdict(key.certificate)
    row["user_ids"] = msgspec.json.encode(key.certificate.user_ids).decode()
    return row | {"namespace_id": namespace_id, "added_ms": key.added_ms, "added_by": key.added_by}


def _key(row: RowMapping) -> KeyringKey:
    certificate = Certificate(
        row["fingerprint"],
        msgspec.json.decode(row["user_ids"], type=tuple[str, ...]),
        row["created_ms"],
        row["expires_ms"],
        row["revoked"],
        row["content"],
    )
    return KeyringKey(certificate, row["added_ms"], row["added_by"])
