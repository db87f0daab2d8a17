"""What would be lost with a namespace, told to those who could delete it."""

from __future__ import annotations

from charthouse.ports.clock import Clock
from charthouse.ports.totals import Holdings, Totals
from charthouse.services.access.permits import NamespacePermit


class NamespaceHoldings:
    """Counts what the namespace of a permit holds."""

    def __init__(self, totals: Totals, clock: Clock) -> None:
        self._totals = totals
        self._clock = clock

    async def of(self, permit: NamespacePermit) -> Holdings:
        """Return what is there now."""
        return await self._totals.namespace(permit.namespace.account_id, self._clock.now_ms())
