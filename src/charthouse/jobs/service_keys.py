"""Expiry of service keys, every hour: those that nobody approved, and those that ended long ago."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.clock import Clock
from charthouse.ports.service_keys import ServiceKeys


class ServiceKeyExpiryJob:
    """See ``runner.Job``. ``unapproved`` and ``expired`` are seconds for which such keys are kept."""

    name = "service-key-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, keys: ServiceKeys, clock: Clock, *, unapproved: int, expired: int) -> None:
        self._keys = keys
        self._clock = clock
        self._unapproved_ms = unapproved * 1000
        self._expired_ms = expired * 1000

    async def run(self) -> Mapping[str, int]:
        """Forget them."""
        now = self._clock.now_ms()
        return {"keys": await self._keys.remove_stale(now - self._unapproved_ms, now - self._expired_ms)}
