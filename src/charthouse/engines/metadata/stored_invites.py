"""Invitations to teams, kept in tables."""

from __future__ import annotations

from charthouse.ports.invites import Invite, NewInvite

from . import commands
from .executor import Executor


class StoredInvites:
    """See ``ports/invites``."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add(self, invite: NewInvite) -> bool:
        """Keep an invitation."""
        return await self._content.write(commands.invites.add, invite)

    async def of_team(self, team_id: int) -> list[Invite]:
        """Return the invitations of a team."""
        return await self._content.read(commands.invites.of_team, team_id)

    async def of_account(self, account_id: int) -> list[Invite]:
        """Return the invitations of a user."""
        return await self._content.read(commands.invites.of_account, account_id)

    async def by_code(self, code_hash: str) -> Invite | None:
        """Return an invitation."""
        return await self._content.read(commands.invites.by_code, code_hash)

    async def accept(self, code_hash: str, account_id: int) -> bool:
        """Make the account a member and forget the invitation."""
        return await self._content.write(commands.invites.accept, code_hash, account_id)

    async def remove(self, code_hash: str) -> bool:
        """Forget an invitation."""
        return await self._content.write(commands.invites.remove, code_hash)

    async def withdraw(self, team_id: int, account_id: int | None, email: str | None) -> bool:
        """Forget the invitation of a user or an address."""
        return await self._content.write(commands.invites.withdraw, team_id, account_id, email)

    async def dismiss(self, code_hash: str, dismissed: bool) -> bool:
        """Put the notice aside, or bring it back."""
        return await self._content.write(commands.invites.dismiss, code_hash, dismissed)
