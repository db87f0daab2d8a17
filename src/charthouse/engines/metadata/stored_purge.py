"""The purge of what deleted repositories and accounts leave behind, on tables."""

from __future__ import annotations

from charthouse.ports.upkeep import Garbage

from . import commands
from .executor import Executor


class StoredPurge:
    """See ``ports/purge``. Counts lie in the activity group: they go before the row by which they are found."""

    def __init__(self, content: Executor, activity: Executor) -> None:
        self._content = content
        self._activity = activity

    async def repositories(self, limit: int) -> list[int]:
        """Return deleted repositories that still have a row."""
        return await self._content.scan(commands.purge.repositories, limit)

    async def take(self, repository_id: int, now_ms: int, limit: int) -> Garbage:
        """Take some of what a deleted repository holds."""
        return await self._content.write(commands.purge.take, repository_id, now_ms, limit)

    async def drop_repository(self, repository_id: int) -> None:
        """Forget a deleted repository that holds nothing."""
        await self._activity.write(commands.purge.drop_counts, repository_id)
        await self._content.write(commands.purge.drop_repository, repository_id)

    async def accounts(self, limit: int) -> list[int]:
        """Return deleted accounts that own no repository."""
        return await self._content.scan(commands.purge.accounts, limit)

    async def drop_account(self, account_id: int) -> None:
        """Forget a deleted account that owns no repository."""
        await self._activity.write(commands.purge.drop_last_use, account_id)
        await self._content.write(commands.purge.drop_account, account_id)
