"""Sessions: browsers that are signed in."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from charthouse.engines.metadata.tables import session
from charthouse.ports.sessions import Session

_BY_HASH = session.c.token_hash == bindparam("wanted")
_OF_ACCOUNT = session.c.account_id == bindparam("account")
_NEWEST_FIRST = (session.c.created_ms.desc(), session.c.token_hash)

_ADD = insert(session)
_GET = select(session).where(_BY_HASH)
_OF = select(session).where(_OF_ACCOUNT).order_by(*_NEWEST_FIRST)
_HASHES = select(session.c.token_hash).where(_OF_ACCOUNT).order_by(*_NEWEST_FIRST)
_VERIFIED = update(session).where(_BY_HASH).values(verified_ms=bindparam("at"))
_EXTEND = update(session).where(_BY_HASH).values(expires_ms=bindparam("until"))
_REMOVE_HASHES = delete(session).where(session.c.token_hash.in_(bindparam("hashes", expanding=True)))
_REMOVE = delete(session).where(_OF_ACCOUNT, session.c.uuid == bindparam("id"))
_REMOVE_OTHERS = delete(session).where(_OF_ACCOUNT, session.c.uuid != bindparam("id"))
_REMOVE_ALL = delete(session).where(_OF_ACCOUNT)
_REMOVE_EXPIRED = delete(session).where(session.c.expires_ms <= bindparam("now"))


def add(connection: Connection, new: Session, most: int) -> None:
    """Keep a session; of those of its account only the newest ``most`` are left."""
    connection.execute(_ADD, msgspec.structs.asdict(new))
    hashes = connection.execute(_HASHES, {"account": new.account_id}).scalars()
    too_many = [known for known in list(hashes)[most:] if known != new.token_hash]
    if too_many:
        connection.execute(_REMOVE_HASHES, {"hashes": too_many})


def by_hash(connection: Connection, token_hash: str) -> Session | None:
    """Return the session, expired or not."""
    row = connection.execute(_GET, {"wanted": token_hash}).mappings().first()
    return None if row is None else Session(**row)


def of(connection: Connection, account_id: int) -> list[Session]:
    """Return the sessions of an account, newest first."""
    return [Session(**row) for row in connection.execute(_OF, {"account": account_id}).mappings()]


def verified(connection: Connection, token_hash: str, now_ms: int) -> None:
    """Tell that the password was given in this session now."""
    connection.execute(_VERIFIED, {"wanted": token_hash, "at": now_ms})


def extend(connection: Connection, token_hash: str, expires_ms: int) -> None:
    """Let a session live until then."""
    connection.execute(_EXTEND, {"wanted": token_hash, "until": expires_ms})


def remove(connection: Connection, account_id: int, uuid: str) -> bool:
    """End a session of the account; False when it has none of this id."""
    if not uuid.isascii() or "\0" in uuid:  # PostgreSQL and MariaDB refuse to compare such text
        return False
    return connection.execute(_REMOVE, {"account": account_id, "id": uuid}).rowcount > 0


def remove_others(connection: Connection, account_id: int, uuid: str) -> int:
    """End every session of the account but this one; returns how many there were."""
    return connection.execute(_REMOVE_OTHERS, {"account": account_id, "id": uuid}).rowcount


def remove_all(connection: Connection, account_id: int) -> int:
    """End every session of the account; returns how many there were."""
    return connection.execute(_REMOVE_ALL, {"account": account_id}).rowcount


def remove_expired(connection: Connection, now_ms: int) -> int:
    """Forget expired sessions; returns how many."""
    return connection.execute(_REMOVE_EXPIRED, {"now": now_ms}).rowcount
