"""What superusers tell everybody."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from charthouse.engines.metadata.tables import message
from charthouse.ports.messages import Message

from .alone import go_alone

_COUNT = select(func.count()).select_from(message)
_ADD = insert(message)
_NEWEST = select(message).order_by(message.c.created_ms.desc(), message.c.uuid).limit(bindparam("limit"))
_REMOVE = delete(message).where(message.c.uuid == bindparam("wanted"))


def add(connection: Connection, new: Message, most: int) -> bool:
    """Keep a message; False, and no change, when there are ``most`` already."""
    go_alone(connection)
    if connection.execute(_COUNT).scalar_one() >= most:
        return False
    connection.execute(_ADD, msgspec.structs.asdict(new))
    return True


def newest(connection: Connection, limit: int) -> list[Message]:
    """Return at most ``limit`` messages, the newest first."""
    return [Message(**row) for row in connection.execute(_NEWEST, {"limit": limit}).mappings()]


def remove(connection: Connection, uuid: str) -> bool:
    """Forget a message; False when there is none."""
    return connection.execute(_REMOVE, {"wanted": uuid}).rowcount > 0
