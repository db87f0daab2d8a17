"""What is inside of charts, for those who may read their repositories."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.helm.chart.compare import Comparison
from charthouse.helm.chart.facts import ChartReading, Problem
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestUnknown, Unavailable
from charthouse.ports.charts import Chart, Charts, ChartState, TaggedChart
from charthouse.ports.clock import Clock
from charthouse.ports.sandbox import Crashed, OverBudget, Sandbox
from charthouse.services.access.permits import RepositoryPermit

from .differences import answer_of, request_of
from .readings import unpack_document

LATEST = "latest"
LARGEST_PAGE = 100
_LONGEST_TAG = 128
_NOTHING = ChartReading(digest="", size=0)
_UNPACKED_AT_ONCE = 2


class ChartInside(msgspec.Struct, frozen=True):
    """A chart and what is inside; ``reading`` is empty while it is not read, and holds what could be read of a broken one."""

    chart: Chart
    problems: list[Problem]
    reading: ChartReading


class ComparedCharts(msgspec.Struct, frozen=True):
    """Two charts, and what changed from the first to the second; their readings are empty."""

    before: ChartInside
    after: ChartInside
    comparison: Comparison


class ChartDocuments:
    """Reads what is kept of charts, and remembers some of it: ``memory`` is about how many bytes."""

    def __init__(
        self, charts: Charts, clock: Clock, comparer: Sandbox, seconds: float, memory: int = 32 * 1024**2
    ) -> None:
        """``comparer`` runs ``services.charts.differences:handle``, for at most so many seconds."""
        self._charts = charts
        self._clock = clock
        self._comparer = comparer
        self._seconds = seconds
        self._readings = _Readings(memory)
        self._unpacking = asyncio.Semaphore(_UNPACKED_AT_ONCE)

    async def page(self, permit: RepositoryPermit, page: int, limit: int) -> tuple[list[TaggedChart], bool]:
        """Return a page of a repository's charts by their tags, newest version first, and whether there are more."""
        found = await self._charts.tags(
            permit.repository_id, self._clock.now_ms(), (page - 1) * limit, limit + 1
        )
        return found[:limit], len(found) > limit

    async def chart(self, permit: RepositoryPermit, reference: str) -> Chart:
        """Return the chart that a version, a tag, a digest or ``latest`` names; raises ManifestUnknown.

        ``latest`` is the version that Helm takes when none is named, and only else a tag.
        """
        found = None
        if reference == LATEST:
            found = await self._charts.latest(permit.repository_id, self._clock.now_ms())
        if found is None and reference.isascii() and "\0" not in reference:
            if ":" in reference:
                found = await self._charts.by_digest(permit.repository_id, reference)
            elif len(reference) <= _LONGEST_TAG:
                tag = reference.replace("+", "_")
                found = await self._charts.tagged(permit.repository_id, tag, self._clock.now_ms())
        if found is None:
            raise ManifestUnknown(f"{permit.repository} has no chart {reference[:_LONGEST_TAG]!r}")
        return found

    async def pointed_at(self, permit: RepositoryPermit, digest: Digest) -> Chart | None:
        """Return the chart that a manifest is, None for what is none."""
        return await self._charts.by_digest(permit.repository_id, digest)

    async def inside(self, permit: RepositoryPermit, reference: str) -> ChartInside:
        """Return a chart with what is inside; raises ManifestUnknown."""
        chart = await self.chart(permit, reference)
        return ChartInside(chart, _problems(chart), await self._reading(chart))

    async def comparison(self, permit: RepositoryPermit, before: str, after: str) -> ComparedCharts:
        """Return what changed from one chart of a repository to another; raises ManifestUnknown, and Unavailable
        when that takes too long."""
        first, second = await self.chart(permit, before), await self.chart(permit, after)
        request = request_of(await self._document(first), await self._document(second))
        try:
            found = answer_of(await self._comparer.run(request, self._seconds))
        except (OverBudget, Crashed, ValueError) as error:
            raise Unavailable(f"the charts could not be compared: {error}") from None
        return ComparedCharts(
            ChartInside(first, _problems(first), _NOTHING),
            ChartInside(second, _problems(second), _NOTHING),
            found,
        )

    async def _reading(self, chart: Chart) -> ChartReading:
        known = self._readings.get(chart.manifest_id)
        if known is not None:
            return known
        document = await self._document(chart)
        if document is None:
            return _NOTHING
        async with self._unpacking:  # a kilobyte may hold a mebibyte, so none is unpacked in the loop
            reading, size = await asyncio.to_thread(unpack_document, document)
        self._readings.keep(chart.manifest_id, reading, size)
        return reading

    async def _document(self, chart: Chart) -> bytes | None:
        if chart.facts.state is ChartState.PENDING:
            return None
        return await self._charts.document(chart.manifest_id)


def _problems(chart: Chart) -> list[Problem]:
    return msgspec.json.decode(chart.facts.problems, type=list[Problem])


_GROWTH = 4
"""How many bytes of memory a byte of a document's JSON takes at most, about."""
_OVERHEAD = 4000


class _Readings:
    """The readings that were last asked for, by manifest; what was read of a manifest never changes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[int, tuple[ChartReading, int]] = {}
        self._size = 0

    def get(self, manifest_id: int) -> ChartReading | None:
        found = self._known.pop(manifest_id, None)
        if found is None:
            return None
        self._known[manifest_id] = found  # the last in the order of use
        return found[0]

    def keep(self, manifest_id: int, reading: ChartReading, json_size: int) -> None:
        size = json_size * _GROWTH + _OVERHEAD
        if size > self._limit // 4 or manifest_id in self._known:
            return
        self._known[manifest_id] = (reading, size)
        self._size += size
        while self._size > self._limit:
            self._size -= self._known.pop(next(iter(self._known)))[1]
