"""Expiry of access tokens, every hour: they stopped working at their time, here they are forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.accounts import Accounts
from charthouse.ports.clock import Clock


class AccessTokenExpiryJob:
    """See ``runner.Job``."""

    name = "access-token-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        return {"tokens": await self._accounts.remove_tokens(self._clock.now_ms())}
