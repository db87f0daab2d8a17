"""OAuth access tokens as credentials: whose a token is, and how far it reaches.

The store is asked each time, so a token that was revoked ends at that moment. Texts are Quay 3.7's.
"""

from __future__ import annotations

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import Actor
from charthouse.model.scopes import parse_scopes
from charthouse.ports.accounts import AccountKind, Accounts
from charthouse.ports.clock import Clock

from .actors import Standings
from .last_use import LastUses, of_token
from .opaque import hash_of


class AccessTokenExpired(Unauthorized):
    """An access token that was valid once."""


class AccessTokens:
    """Checks access tokens."""

    def __init__(self, accounts: Accounts, clock: Clock, standings: Standings, uses: LastUses) -> None:
        self._accounts = accounts
        self._clock = clock
        self._standings = standings
        self._uses = uses

    async def holder(self, token: str) -> Actor:
        """Return the user a token speaks for; raises Unauthorized and AccessTokenExpired."""
        kept = await self._accounts.token(hash_of(token))
        account = None if kept is None else await self._accounts.by_id(kept.account_id)
        if kept is None or account is None or not account.enabled or account.kind is not AccountKind.USER:
            raise Unauthorized("OAuth access token could not be validated")
        if self._clock.now_ms() >= kept.expires_ms:
            raise AccessTokenExpired("OAuth access token has expired")
        self._uses.note(of_token(kept.uuid))
        return self._standings.actor(account, parse_scopes(" ".join(kept.scopes)), kept.expires_ms)
