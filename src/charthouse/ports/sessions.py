"""Sessions: browsers that are signed in."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Session(msgspec.Struct, frozen=True):
    """A browser that is signed in. Only a hash of its cookie is kept (hex SHA-256).

    It counts while ``login_epoch`` is the account's. ``verified_ms`` is when the password was last given.
    """

    token_hash: str
    uuid: str
    account_id: int
    login_epoch: int
    created_ms: int
    verified_ms: int
    expires_ms: int
    peer: str
    user_agent: str


class Sessions(Protocol):
    """Sessions by the hash of their cookie. All may raise Unavailable."""

    async def add(self, session: Session, most: int) -> None:
        """Keep a session; of those of its account only the newest ``most`` are left."""

    async def by_hash(self, token_hash: str) -> Session | None:
        """Return the session, expired or not."""

    async def of(self, account_id: int) -> list[Session]:
        """Return the sessions of an account, newest first, expired ones too."""

    async def verified(self, token_hash: str, now_ms: int) -> None:
        """Tell that the password was given in this session now."""

    async def extend(self, token_hash: str, expires_ms: int) -> None:
        """Let a session live until then."""

    async def remove(self, account_id: int, uuid: str) -> bool:
        """End a session of the account; False when it has none of this id."""

    async def remove_others(self, account_id: int, uuid: str) -> int:
        """End every session of the account but this one; returns how many there were."""

    async def remove_all(self, account_id: int) -> int:
        """End every session of the account; returns how many there were."""

    async def remove_expired(self, now_ms: int) -> int:
        """Forget expired sessions; returns how many."""
