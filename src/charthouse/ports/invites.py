"""Invitations to teams: of users, who see them when they are signed in, and of e-mail addresses."""

from __future__ import annotations

from typing import Protocol

import msgspec

from .accounts import Account
from .teams import Team


class Invite(msgspec.Struct, frozen=True):
    """An invitation. Exactly one of ``account`` and ``email`` is set; only a hash of the code finds it."""

    code_hash: str
    sealed_code: bytes
    team: Team
    organization: str
    account: Account | None
    email: str | None
    inviter: str
    created_ms: int
    dismissed: bool


class NewInvite(msgspec.Struct, frozen=True):
    """Invite a user, or whoever reads mail at ``email``."""

    code_hash: str
    sealed_code: bytes
    team_id: int
    account_id: int | None
    email: str | None
    inviter_id: int
    created_ms: int


class Invites(Protocol):
    """Invitations."""

    async def add(self, invite: NewInvite) -> bool:
        """Keep an invitation; False, and no change, when the same team has invited them already."""

    async def of_team(self, team_id: int) -> list[Invite]:
        """Return the invitations of a team, the oldest first."""

    async def of_account(self, account_id: int) -> list[Invite]:
        """Return the invitations of a user, the newest first."""

    async def by_code(self, code_hash: str) -> Invite | None:
        """Return the invitation."""

    async def accept(self, code_hash: str, account_id: int) -> bool:
        """Make the account a member and forget the invitation, at once; False when it is gone."""

    async def remove(self, code_hash: str) -> bool:
        """Forget an invitation; False when it is gone."""

    async def withdraw(self, team_id: int, account_id: int | None, email: str | None) -> bool:
        """Forget the invitation of a user or an address to a team; False when there is none."""

    async def dismiss(self, code_hash: str, dismissed: bool) -> bool:
        """Put the notice aside, or bring it back; False when the invitation is gone."""
