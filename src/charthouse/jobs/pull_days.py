"""Expiry of pull counts by day, once a day: the API tells of the last three months."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.ports.clock import Clock
from charthouse.ports.overviews import PullDays
from charthouse.services.registry.listings import DAY_MS, DAYS

_AT_ONCE = 1000


class PullDayExpiryJob:
    """See ``runner.Job``."""

    name = "pull-day-expiry"
    interval = 86_400.0
    lease = 300.0

    def __init__(self, days: PullDays, clock: Clock) -> None:
        self._days = days
        self._clock = clock

    async def run(self) -> Mapping[str, int]:
        """Forget them, some at a time."""
        before = self._clock.now_ms() // DAY_MS - DAYS
        total = 0
        while forgotten := await self._days.forget_days(before, _AT_ONCE):
            total += forgotten
        return {"days": total}
