"""Expiry of application tokens, every hour: expired ones are listed for a while, then forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.app_tokens import AppTokens
from charthouse.ports.clock import Clock


class AppTokenExpiryJob:
    """See ``runner.Job``. ``kept``: seconds that an expired token is still listed."""

    name = "app-token-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, tokens: AppTokens, clock: Clock, kept: int) -> None:
        self._tokens = tokens
        self._clock = clock
        self._kept_ms = kept * 1000

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        return {"tokens": await self._tokens.remove_expired(self._clock.now_ms() - self._kept_ms)}
