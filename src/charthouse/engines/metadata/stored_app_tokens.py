"""The port of application tokens."""

from __future__ import annotations

from charthouse.ports.accounts import Account
from charthouse.ports.app_tokens import AppToken

from . import commands
from .executor import Executor


class StoredAppTokens:
    """Application tokens, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, token: AppToken) -> None:
        """Keep a token."""
        await self._content.write(commands.app_tokens.add, token)

    async def of(self, account_id: int) -> list[AppToken]:
        """Return the tokens of an account."""
        return await self._content.read(commands.app_tokens.of, account_id)

    async def all(self, after: str, limit: int) -> list[tuple[AppToken, str]]:
        """Return tokens of everybody."""
        return await self._content.read(commands.app_tokens.all_tokens, after, limit)

    async def by_uuid(self, account_id: int, uuid: str) -> AppToken | None:
        """Return a token of the account."""
        return await self._content.read(commands.app_tokens.by_uuid, account_id, uuid)

    async def by_hash(self, token_hash: str) -> tuple[AppToken, Account] | None:
        """Return a token and its user."""
        return await self._content.read(commands.app_tokens.by_hash, token_hash)

    async def remove(self, account_id: int, uuid: str) -> bool:
        """Revoke a token."""
        return await self._content.write(commands.app_tokens.remove, account_id, uuid)

    async def remove_expired(self, before_ms: int) -> int:
        """Forget expired tokens."""
        return await self._content.write(commands.app_tokens.remove_expired, before_ms)
