"""The port of sessions."""

from __future__ import annotations

from charthouse.ports.sessions import Session

from . import commands
from .executor import Executor


class StoredSessions:
    """Sessions, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, session: Session, most: int) -> None:
        """Keep a session, and of its account's the newest."""
        await self._content.write(commands.sessions.add, session, most)

    async def by_hash(self, token_hash: str) -> Session | None:
        """Return a session."""
        return await self._content.read(commands.sessions.by_hash, token_hash)

    async def of(self, account_id: int) -> list[Session]:
        """Return the sessions of an account."""
        return await self._content.read(commands.sessions.of, account_id)

    async def verified(self, token_hash: str, now_ms: int) -> None:
        """Tell that the password was given."""
        await self._content.write(commands.sessions.verified, token_hash, now_ms)

    async def extend(self, token_hash: str, expires_ms: int) -> None:
        """Let a session live on."""
        await self._content.write(commands.sessions.extend, token_hash, expires_ms)

    async def remove(self, account_id: int, uuid: str) -> bool:
        """End a session."""
        return await self._content.write(commands.sessions.remove, account_id, uuid)

    async def remove_others(self, account_id: int, uuid: str) -> int:
        """End the other sessions of an account."""
        return await self._content.write(commands.sessions.remove_others, account_id, uuid)

    async def remove_all(self, account_id: int) -> int:
        """End the sessions of an account."""
        return await self._content.write(commands.sessions.remove_all, account_id)

    async def remove_expired(self, now_ms: int) -> int:
        """Forget expired sessions."""
        return await self._content.write(commands.sessions.remove_expired, now_ms)
