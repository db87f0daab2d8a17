"""Leases for jobs, and signing keys."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from charthouse.engines.metadata.tables import lease, signing_key
from charthouse.ports.upkeep import SigningKey

from .alone import go_alone

_KEYS = select(signing_key).order_by(signing_key.c.created_ms.desc(), signing_key.c.kid)
_NEWEST = select(func.max(signing_key.c.created_ms))
_ADD_KEY = insert(signing_key)
_REMOVE_KEYS = delete(signing_key).where(signing_key.c.expires_ms <= bindparam("now"))

_LEASE = select(lease).where(lease.c.name == bindparam("wanted")).with_for_update()
_TAKE = insert(lease)
_EXTEND = update(lease).where(lease.c.name == bindparam("wanted"))
_RELEASE = delete(lease).where(lease.c.name == bindparam("wanted"), lease.c.holder == bindparam("by"))


def all_keys(connection: Connection) -> list[SigningKey]:
    """Return every key, newest first."""
    return [SigningKey(**row) for row in connection.execute(_KEYS).mappings()]


def add_key(connection: Connection, key: SigningKey, unless_newer_than_ms: int) -> bool:
    """Keep a key; False, and no change, when one was created after ``unless_newer_than_ms``."""
    go_alone(connection)
    newest = connection.execute(_NEWEST).scalar()
    if newest is not None and newest > unless_newer_than_ms:
        return False
    connection.execute(_ADD_KEY, msgspec.structs.asdict(key))
    return True


def remove_expired_keys(connection: Connection, now_ms: int) -> int:
    """Forget keys past ``expires_ms``; returns how many."""
    return connection.execute(_REMOVE_KEYS, {"now": now_ms}).rowcount


def acquire(connection: Connection, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
    """Take or extend the lease; False while another holder's has not ended."""
    found = connection.execute(_LEASE, {"wanted": name}).first()
    if found is None:
        connection.execute(_TAKE, {"name": name, "holder": holder, "until_ms": until_ms})
        return True
    if found.holder != holder and found.until_ms > now_ms:
        return False
    connection.execute(_EXTEND, {"wanted": name, "holder": holder, "until_ms": until_ms})
    return True


def release(connection: Connection, name: str, holder: str) -> None:
    """Give it back; quiet when it is not this holder's."""
    connection.execute(_RELEASE, {"wanted": name, "by": holder})
