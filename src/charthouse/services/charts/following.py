"""A level that shows what a directory of packages holds: what comes is published, what changes replaced, what goes deleted."""

from __future__ import annotations

import msgspec

from charthouse.model.permissions import Actor
from charthouse.ports.chart_sources import ChartSource
from charthouse.ports.charts import Charts
from charthouse.ports.clock import Clock
from charthouse.services.registry.writer import Writer

from .importing import ChartImporter, FailedChart

_JOBS = 4


class Followed(msgspec.Struct, frozen=True):
    """What changed: versions that came or changed, versions that went, packages that can't be shown."""

    came: int
    went: int
    failed: list[FailedChart]


class Follower:
    """Brings a level to what a source holds; ``importer`` is one that replaces."""

    def __init__(self, importer: ChartImporter, writer: Writer, charts: Charts, clock: Clock) -> None:
        self._importer = importer
        self._writer = writer
        self._charts = charts
        self._clock = clock

    async def follow(self, source: ChartSource, actor: Actor, level: str) -> Followed:
        """Do it, by the packages' digests; raises SourceFailed."""
        plan = await self._importer.plan(source, actor, level)
        done = await self._importer.run(plan, source, lambda _: None, jobs=_JOBS)
        went = 0
        for repository in await self._charts.level(level, actor.account_id):
            for version in await self._charts.versions(repository.repository_id, self._clock.now_ms()):
                if version.chart.facts.package.partition(":")[2] not in plan.seen:
                    await self._writer.delete_manifest(actor, repository.repository, version.tag)
                    went += 1
        return Followed(done.imported, went, done.failed)
