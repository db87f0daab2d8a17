"""Expiry of signing keys, every hour: those that no valid token was signed with any more."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import SigningKeys


class SigningKeyExpiryJob:
    """See ``runner.Job``."""

    name = "signing-key-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        return {"keys": await self._keys.remove_expired(self._clock.now_ms())}
