"""Namespaces, kept in tables."""

from __future__ import annotations

from . import commands
from .executor import Executor


class StoredNamespaces:
    """See ``ports/namespaces``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def delete(self, account_id: int) -> bool:
        """Make an account and all that is its own unreachable."""
        return await self._content.write(commands.removal.delete_account, account_id)

    async def sole_administrator_of(self, account_id: int) -> list[str]:
        """Return the organizations that only this account administers."""
        return await self._content.read(commands.administrators.sole_administrator_of, account_id)
