"""Application tokens: what a person gives to docker or helm in place of the password."""

from __future__ import annotations

from typing import Protocol

import msgspec

from .accounts import Account


class AppToken(msgspec.Struct, frozen=True):
    """A token of a user. ``token_hash`` is hex SHA-256; ``sealed_token`` is encrypted, to be shown again.

    ``expires_ms`` None: it does not expire.
    """

    uuid: str
    account_id: int
    title: str
    token_hash: str
    sealed_token: bytes
    created_ms: int
    expires_ms: int | None


class AppTokens(Protocol):
    """Application tokens. All may raise Unavailable."""

    async def add(self, token: AppToken) -> None:
        """Keep a token."""

    async def of(self, account_id: int) -> list[AppToken]:
        """Return the tokens of an account, newest first, expired ones too."""

    async def all(self, after: str, limit: int) -> list[tuple[AppToken, str]]:
        """Return at most ``limit`` tokens of everybody with the names of their users, by uuid after ``after``."""

    async def by_uuid(self, account_id: int, uuid: str) -> AppToken | None:
        """Return a token of the account."""

    async def by_hash(self, token_hash: str) -> tuple[AppToken, Account] | None:
        """Return the token and its user, expired or not, enabled or not."""

    async def remove(self, account_id: int, uuid: str) -> bool:
        """Revoke a token and raise the account's epoch: what was given for it ends. False when there is none."""

    async def remove_expired(self, before_ms: int) -> int:
        """Forget tokens that expired before then; returns how many."""
