"""Public keys of services."""

from __future__ import annotations

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, or_, select, update

from charthouse.engines.metadata.tables import service_key
from charthouse.model.errors import AlreadyExists
from charthouse.ports.service_keys import ServiceKey, ServiceKeyChange

from .alone import go_alone

_KEY: BindParameter[str] = bindparam("wanted")
_UNAPPROVED = service_key.c.approval == ""
_GET = select(service_key).where(service_key.c.kid == _KEY)
_LOCKED = _GET.with_for_update()
_WAITING = select(func.count()).select_from(service_key).where(_UNAPPROVED)
_ALL = select(service_key).order_by(service_key.c.service, service_key.c.kid).limit(bindparam("limit"))
_USABLE = (
    select(service_key)
    .where(
        service_key.c.service == _KEY,
        ~_UNAPPROVED,
        or_(service_key.c.expires_ms.is_(None), service_key.c.expires_ms > bindparam("now")),
    )
    .order_by(service_key.c.kid)
)
_ADD = insert(service_key)
_CHANGE = update(service_key).where(service_key.c.kid == _KEY)
_APPROVE = _CHANGE.where(_UNAPPROVED).values(approval=bindparam("by"))
_REMOVE = delete(service_key).where(service_key.c.kid == _KEY)
_REMOVE_STALE = delete(service_key).where(
    or_(
        _UNAPPROVED & (service_key.c.created_ms < bindparam("made_before")),
        service_key.c.expires_ms < bindparam("expired_before"),
    )
)


def add(connection: Connection, key: ServiceKey, most_unapproved: int) -> bool:
    """Keep a key; False, and no change, when too many wait for approval."""
    go_alone(connection)
    _refuse_taken(connection, key.kid)
    if not key.approval and connection.execute(_WAITING).scalar_one() >= most_unapproved:
        return False
    connection.execute(_ADD, msgspec.structs.asdict(key))
    return True


def replace(connection: Connection, old_kid: str, key: ServiceKey) -> bool:
    """Keep a key in the place of another; False when that one is not there any more."""
    if connection.execute(_LOCKED, {"wanted": old_kid}).first() is None:
        return False
    _refuse_taken(connection, key.kid)
    connection.execute(_REMOVE, {"wanted": old_kid})
    connection.execute(_ADD, msgspec.structs.asdict(key))
    return True


def get(connection: Connection, kid: str) -> ServiceKey | None:
    """Return a key, whatever its state."""
    if not kid.isascii() or "\0" in kid:  # PostgreSQL refuses to compare such text
        return None
    row = connection.execute(_GET, {"wanted": kid}).mappings().first()
    return None if row is None else ServiceKey(**row)


def all_keys(connection: Connection, limit: int) -> list[ServiceKey]:
    """Return at most ``limit`` keys by service and id."""
    return [ServiceKey(**row) for row in connection.execute(_ALL, {"limit": limit}).mappings()]


def usable(connection: Connection, service: str, now_ms: int) -> list[ServiceKey]:
    """Return the approved keys of a service that have not expired."""
    asked = {"wanted": service, "now": now_ms}
    return [ServiceKey(**row) for row in connection.execute(_USABLE, asked).mappings()]


def change(connection: Connection, kid: str, change: ServiceKeyChange) -> bool:
    """Change a key; False when there is none."""
    if connection.execute(_LOCKED, {"wanted": kid}).first() is None:
        return False
    values = {
        name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET
    }
    if values:
        connection.execute(_CHANGE.values(values), {"wanted": kid})
    return True


def approve(connection: Connection, kid: str, approval: str) -> bool:
    """Approve a key, unless it is approved already; False when there is none."""
    if connection.execute(_LOCKED, {"wanted": kid}).first() is None:
        return False
    connection.execute(_APPROVE, {"wanted": kid, "by": approval})
    return True


def remove(connection: Connection, kid: str) -> bool:
    """Forget a key; False when there is none."""
    return connection.execute(_REMOVE, {"wanted": kid}).rowcount > 0


def remove_stale(connection: Connection, unapproved_before_ms: int, expired_before_ms: int) -> int:
    """Forget what was never approved, and what expired long ago."""
    before = {"made_before": unapproved_before_ms, "expired_before": expired_before_ms}
    return connection.execute(_REMOVE_STALE, before).rowcount


def _refuse_taken(connection: Connection, kid: str) -> None:
    if connection.execute(_GET, {"wanted": kid}).first() is not None:
        raise AlreadyExists("there is a key of this id already", {"kid": kid})
