"""Charts that were over the budget of their push, read again with a larger one and at a quieter place."""

from __future__ import annotations

import msgspec

from charthouse.model.manifests import read_manifest
from charthouse.ports.accounts import Accounts
from charthouse.ports.charts import Charts, ChartState, PendingChart
from charthouse.services.transfer.acting import acting

from .intake import ChartIntake

_AT_ONCE = 20


class Settled(msgspec.Struct, kw_only=True):
    """What became of charts that waited."""

    charts: int = 0
    broken: int = 0
    """How many of them nobody will be able to use."""


class PendingCharts:
    """Reads what waits; ``intake`` is one whose word is the last."""

    def __init__(self, charts: Charts, accounts: Accounts, intake: ChartIntake) -> None:
        self._charts = charts
        self._accounts = accounts
        self._intake = intake

    async def settle(self) -> Settled:
        """Read all that waits, the oldest first; raises Unavailable, and the next run goes on from there."""
        settled = Settled()
        while waiting := await self._charts.pending(_AT_ONCE):
            for chart in waiting:
                broken = await self._settle(chart)
                settled.charts += 1
                settled.broken += broken
        return settled

    async def _settle(self, chart: PendingChart) -> bool:
        """Read one chart as the owner of its namespace; tells whether it is broken."""
        actor = await acting(self._accounts, chart.repository, None)
        manifest = read_manifest(chart.content, None)
        facts = await self._intake.facts(actor, chart.repository, manifest, chart.content)
        assert facts is not None  # noqa: S101 -- only charts wait
        await self._charts.settle(chart.manifest_id, facts)
        return facts.state is ChartState.BROKEN
