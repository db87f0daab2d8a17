"""Charts that could not be read while their push waited, every half minute."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from charthouse.services.charts.pending import PendingCharts


class PendingChartsJob:
    """See ``runner.Job``."""

    name = "pending-charts"
    interval = 30.0
    lease = 60.0

    def __init__(self, charts: PendingCharts) -> None:
        self._charts = charts

    async def run(self) -> Mapping[str, int]:
        """Read them."""
        done: dict[str, int] = msgspec.structs.asdict(await self._charts.settle())
        return done
