"""How much is in the registry, as its superusers see it."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.ports.accounts import Account
from charthouse.ports.clock import Clock
from charthouse.ports.totals import Holdings, RegistryTotals, Totals
from charthouse.services.access.permits import RegistryPermit

KEPT_MS = 60_000
"""How long a count of the whole registry is shown: it looks at every row."""


class Counted(msgspec.Struct, frozen=True):
    """The totals, and when they were counted."""

    totals: RegistryTotals
    at_ms: int


class TotalsService:
    """Counts, and remembers the totals of the registry for a while. All may raise Unavailable."""

    def __init__(self, totals: Totals, clock: Clock) -> None:
        self._totals = totals
        self._clock = clock
        self._counting = asyncio.Lock()
        self._counted: Counted | None = None

    async def registry(self, _: RegistryPermit) -> Counted:
        """Return what is in the registry, as it was a minute ago at most."""
        async with self._counting:
            now = self._clock.now_ms()
            if self._counted is None or now - self._counted.at_ms >= KEPT_MS:
                self._counted = Counted(await self._totals.registry(now), now)
            return self._counted

    async def namespace(self, _: RegistryPermit, owner: Account) -> Holdings:
        """Return what a user or organization owns now."""
        return await self._totals.namespace(owner.account_id, self._clock.now_ms())
