"""Charts: each method hands one command or question to an Executor."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.charts import (
    Chart,
    ChartEntry,
    ChartFacts,
    ChartQuery,
    ChartRepository,
    ChartVersion,
    FoundChart,
    PendingChart,
    TaggedChart,
)

from . import commands
from .executor import Executor


class StoredCharts:
    """Charts, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def level(self, level: str, account_id: int, *, everything: bool = False) -> list[ChartRepository]:
        """Return the repositories one segment below a level."""
        return await self._content.scan(commands.charts.level, level, account_id, everything=everything)

    async def entries(
        self, repository_id: int, after_stamp: int, limit: int | None = None
    ) -> list[ChartEntry]:
        """Return the entries that changed after a stamp."""
        return await self._content.scan(commands.charts.entries, repository_id, after_stamp, limit)

    async def versions(self, repository_id: int, now_ms: int) -> list[ChartVersion]:
        """Return what the index shows of a repository."""
        return await self._content.scan(commands.charts.versions, repository_id, now_ms)

    async def several(self, manifest_ids: Sequence[int]) -> dict[int, Chart]:
        """Return charts of live manifests by their numbers."""
        return await self._content.scan(commands.charts.light_charts, manifest_ids)

    async def tags(self, repository_id: int, now_ms: int, offset: int, limit: int) -> list[TaggedChart]:
        """Return the live tags that point at charts."""
        return await self._content.scan(commands.charts.tags, repository_id, now_ms, offset, limit)

    async def tagged(self, repository_id: int, tag: str, now_ms: int) -> Chart | None:
        """Return the chart that a live tag points at."""
        return await self._content.read(commands.charts.tagged, repository_id, tag, now_ms)

    async def by_digest(self, repository_id: int, digest: str) -> Chart | None:
        """Return the chart of a live manifest."""
        return await self._content.read(commands.charts.by_digest, repository_id, digest)

    async def latest(self, repository_id: int, now_ms: int) -> Chart | None:
        """Return the greatest version that a repository shows."""
        return await self._content.read(commands.charts.latest, repository_id, now_ms)

    async def document(self, manifest_id: int) -> bytes | None:
        """Return what is inside of a chart, compressed."""
        return await self._content.read(commands.charts.document, manifest_id)

    async def search(self, query: ChartQuery) -> list[FoundChart]:
        """Return the charts that a search finds."""
        return await self._content.scan(commands.chart_search.search, query)

    async def pending(self, limit: int) -> list[PendingChart]:
        """Return charts that wait to be read."""
        return await self._content.scan(commands.charts.pending, limit)

    async def settle(self, manifest_id: int, facts: ChartFacts) -> bool:
        """Say what a chart that waited says of itself."""
        return await self._content.write(commands.charts.settle, manifest_id, facts)
