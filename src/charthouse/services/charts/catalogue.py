"""Charts of a level as ChartMuseum's API names them: by chart and version. Shown, and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.versions import sort_key, tag_of
from charthouse.model.errors import NotFound
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.charts import Chart, Charts, ChartState, ChartVersion
from charthouse.ports.clock import Clock
from charthouse.services.access.repositories import require_read
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.writer import Writer

from .levels import Levels, repository_at

LATEST = "latest"
AT_ONCE = 100
"""Versions that are in memory at once with all that Chart.yaml says, and that are ordered in the event loop."""


class Catalogue:
    """Finds and deletes what the index shows."""

    def __init__(self, levels: Levels, reader: Reader, writer: Writer, charts: Charts, clock: Clock) -> None:
        self._levels = levels
        self._reader = reader
        self._writer = writer
        self._charts = charts
        self._clock = clock

    async def page(
        self, actor: Actor, level: str, offset: int, limit: int | None
    ) -> AsyncIterator[tuple[str, list[ChartVersion]]]:
        """Return the charts of a level with their versions, newest first; some of them, by name, with a limit.

        Raises what ``Levels.readable`` does, before the first of them.
        """
        found = [row for row in await self._levels.readable(actor, level) if row.latest_id is not None]
        chosen = found[offset:] if limit is None else found[offset : offset + limit]
        now = self._clock.now_ms()

        async def walk() -> AsyncIterator[tuple[str, list[ChartVersion]]]:
            for row in chosen:
                versions = await _ordered(await self._charts.versions(row.repository_id, now))
                if versions:
                    yield row.repository.rpartition("/")[2], versions

        return walk()

    async def versions(self, actor: Actor, level: str, name: str) -> list[ChartVersion]:
        """Return the versions of a chart, newest first, without what Chart.yaml says (``whole``); raises NotFound or what ``access`` refuses."""
        repository_id = await self._readable(actor, repository_at(level, name))
        found = await self._charts.versions(repository_id, self._clock.now_ms())
        if not found:
            raise NotFound("chart not found")
        return await _ordered(found)

    async def whole(self, versions: Sequence[ChartVersion]) -> list[Chart]:
        """Return the charts of versions with what Chart.yaml says, at most AT_ONCE; what was taken away is left out."""
        found = await self._charts.several([version.chart.manifest_id for version in versions])
        charts = (found.get(version.chart.manifest_id) for version in versions)
        return [chart for chart in charts if chart is not None]

    async def version(self, actor: Actor, level: str, name: str, version: str) -> Chart:
        """Return a version, or the one that Helm takes when none is named (``latest``).

        Raises NotFound or what ``access`` refuses.
        """
        repository_id = await self._readable(actor, repository_at(level, name))
        if version == LATEST:
            chart = await self._charts.latest(repository_id, self._clock.now_ms())
        else:
            chart = await self._shown(repository_id, version)
        if chart is None:
            raise _unknown(name, version)
        return chart

    async def delete(self, actor: Actor, level: str, name: str, version: str) -> None:
        """Delete the tag of a version; raises NotFound, TagImmutable or what ``access`` refuses."""
        repository = repository_at(level, name)
        repository_id = await self._writer.existing(actor, repository)
        chart = await self._shown(repository_id, version)
        if chart is None:
            raise _unknown(name, version)
        await self._writer.delete_manifest(actor, repository, Tag(chart.facts.tag))

    async def delete_all(self, actor: Actor, level: str, name: str) -> None:
        """Delete the tags of all versions, the newest last; raises what ``delete`` does.

        Where one is refused, those before it are gone.
        """
        repository = repository_at(level, name)
        repository_id = await self._writer.existing(actor, repository)
        found = await self._charts.versions(repository_id, self._clock.now_ms())
        if not found:
            raise NotFound("chart not found")
        for version in reversed(found):
            await self._writer.delete_manifest(actor, repository, version.tag)

    async def _readable(self, actor: Actor, repository: RepositoryName) -> int:
        access = await self._reader.access(actor.account_id, repository)
        require_read(actor, access, repository)
        return access.repository_id

    async def _shown(self, repository_id: int, version: str) -> Chart | None:
        """Return the chart that an index shows for a version."""
        try:
            tag = tag_of(version)
        except ChartInvalid:
            return None
        chart = await self._charts.tagged(repository_id, tag, self._clock.now_ms())
        if chart is None or chart.facts.state is not ChartState.READ:
            return None
        return chart if (chart.facts.tag, chart.facts.version) == (tag, version) else None


async def _ordered(versions: list[ChartVersion]) -> list[ChartVersion]:
    """Return versions as an index has them, the newest first: the store puts what is stable before what is not."""
    if len(versions) <= AT_ONCE:
        return _newest_first(versions)
    return await asyncio.to_thread(_newest_first, versions)


def _newest_first(versions: list[ChartVersion]) -> list[ChartVersion]:
    return sorted(versions, key=lambda version: sort_key(version.chart.facts.version), reverse=True)


def _unknown(name: str, version: str) -> NotFound:
    return NotFound(f"no chart version found for {name}-{version}"[:500])
