"""Namespaces, kept in tables."""

from __future__ import annotations

from charthouse.ports.accounts import Account, AccountKind

from . import commands
from .executor import Executor


class StoredNamespaces:
    """See ``ports/namespaces``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def delete(self, account_id: int) -> bool:
        """Make an account and all that is its own unreachable."""
        return await self._content.write(commands.removal.delete_account, account_id)

    async def rename(self, account_id: int, name: str) -> bool:
        """Give an organization another name."""
        return await self._content.write(commands.ownership.rename, account_id, name)

    async def take_over(self, account_id: int, administrator_id: int) -> bool:
        """Make a user an administrator of a namespace."""
        return await self._content.write(commands.ownership.take_over, account_id, administrator_id)

    async def page(
        self, kind: AccountKind, after: str, limit: int, *, disabled: bool = True, part: str = ""
    ) -> list[Account]:
        """Return accounts of a kind."""
        page = commands.accounts.page
        if not part:
            return await self._content.read(page, kind, after, limit, disabled=disabled)
        return await self._content.scan(page, kind, after, limit, disabled=disabled, part=part)

    async def sole_administrator_of(self, account_id: int) -> list[str]:
        """Return the organizations that only this account administers."""
        return await self._content.read(commands.administrators.sole_administrator_of, account_id)
