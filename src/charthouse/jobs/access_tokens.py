"""Expiry of access tokens and codes, every hour: they stopped working at their time, here they are forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.accounts import Accounts
from charthouse.ports.clock import Clock
from charthouse.ports.oauth import Codes


class AccessTokenExpiryJob:
    """See ``runner.Job``."""

    name = "access-token-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, accounts: Accounts, codes: Codes, clock: Clock) -> None:
        self._accounts = accounts
        self._codes = codes
        self._clock = clock

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        now = self._clock.now_ms()
        tokens = await self._accounts.remove_tokens(now)
        return {"tokens": tokens, "codes": await self._codes.remove_expired(now)}
