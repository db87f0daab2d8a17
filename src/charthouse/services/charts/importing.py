"""A whole repository of charts taken over from elsewhere, by the same steps as pushes.

First the listing (what the source has, and what of it is here by digest), then the packages, some at a time: fetched,
compared with what the index says, published with their provenance files. One that fails is named at the end and keeps
nobody else from coming; one that is here already is not even fetched when the index tells its digest. So an import
that broke off goes on where it was when it is started again.
"""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import unquote

import msgspec

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.index import IndexEntry, read_index
from charthouse.helm.chart.versions import tag_of
from charthouse.model.errors import RegistryError, StorageFull, TagTaken
from charthouse.model.permissions import Actor
from charthouse.ports.chart_sources import ChartSource, SourceFailed, SourceUnreachable
from charthouse.ports.charts import ChartFacts, Charts
from charthouse.ports.clock import Clock

from .publishing import ChartPublisher

TRIES = 3
_MOST_ADDRESSES = 5
_TAKEN = "this version is here with another package: --force replaces it"
_PAUSE = 0.5
"""Seconds before the second try; each later one waits twice as long."""
_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a package that is being fetched which are kept in memory; a larger one lies in a file until its turn."""

Progress = Callable[[int], None]
"""Told how many more charts are done."""


class Listed(msgspec.Struct, frozen=True):
    """A chart as a source lists it. ``digest`` and the names are "" when nothing tells them before it is read."""

    addresses: tuple[str, ...]
    name: str = ""
    version: str = ""
    digest: str = ""

    @property
    def shown(self) -> str:
        """Return what to call it before people."""
        return f"{self.name} {self.version}" if self.name else self.addresses[0]


class FailedChart(msgspec.Struct, frozen=True):
    """A chart that did not come, and why."""

    chart: str
    reason: str


class ChartImportPlan(msgspec.Struct):
    """What is to be taken over into ``level``, what of it is here, and what can't be taken over at all."""

    actor: Actor
    level: str
    waiting: list[Listed]
    present: int
    failed: list[FailedChart]
    held: dict[str, bool]
    """Digests of packages that the level shows, and whether their provenance files are here."""
    seen: set[str] = set()
    """Digests of packages that were fetched so far."""


class ChartsImported(msgspec.Struct, frozen=True):
    """What came of it. ``present``: here before, and left alone; ``bytes`` are those of imported packages."""

    level: str
    imported: int
    present: int
    bytes: int
    failed: list[FailedChart]


class _Work(msgspec.Struct):
    """An import under way; workers share it."""

    plan: ChartImportPlan
    waiting: Iterator[Listed]
    progress: Progress
    imported: int = 0
    present: int = 0
    bytes: int = 0
    failed: list[FailedChart] = []


class ChartImporter:
    """Takes charts over, as an actor."""

    def __init__(self, charts: Charts, publisher: ChartPublisher, clock: Clock) -> None:
        self._charts = charts
        self._publisher = publisher
        self._clock = clock

    async def plan(self, source: ChartSource, actor: Actor, level: str) -> ChartImportPlan:
        """Find out what ``source`` has that ``level`` lacks; raises SourceFailed."""
        listed, failed = await self._listing(source)
        held = await self._held(level)
        named = {(facts.name, facts.version): _hex(facts.package) for facts in held}
        waiting = [
            chart
            for chart in listed
            if not chart.digest or named.get((chart.name, chart.version)) != chart.digest
        ]
        return ChartImportPlan(
            actor,
            level,
            waiting,
            len(listed) - len(waiting),
            failed,
            held={_hex(facts.package): bool(facts.provenance) for facts in held},
        )

    async def run(
        self, plan: ChartImportPlan, source: ChartSource, progress: Progress, *, jobs: int
    ) -> ChartsImported:
        """Take over what waits, ``jobs`` charts at a time; raises StorageFull, and OSError of temporary files."""
        work = _Work(plan, iter(plan.waiting), progress)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(jobs):
                    group.create_task(self._worker(work, source))
        except (
            ExceptionGroup
        ) as stopped:  # what ends one worker ends them all: no other chart would fare better
            raise stopped.exceptions[0] from None
        failed = sorted([*plan.failed, *work.failed], key=lambda one: one.chart)
        return ChartsImported(plan.level, work.imported, plan.present + work.present, work.bytes, failed)

    # -- the listing ------------------------------------------------------------------------------------------

    async def _listing(self, source: ChartSource) -> tuple[list[Listed], list[FailedChart]]:
        """Return what the index lists, then packages that it does not, each once; and entries that are none."""
        content = await source.index()
        found, failed = list[Listed](), list[FailedChart]()
        if content is not None:
            found, failed = await asyncio.to_thread(listed_by, content)
        known = {_plain(address) for chart in found for address in chart.addresses}
        found += [Listed((address,)) for address in await source.packages() if address not in known]
        return list(dict.fromkeys(found)), failed

    async def _held(self, level: str, name: str = "") -> list[ChartFacts]:
        """Return what the level shows, with ``name`` only of the chart that is called so."""
        found: list[ChartFacts] = []
        for repository in await self._charts.level(level, 0, everything=True):
            if not name or repository.repository == f"{level}/{name}":
                versions = await self._charts.versions(repository.repository_id, self._clock.now_ms())
                found += [version.chart.facts for version in versions]
        return found

    # -- one chart --------------------------------------------------------------------------------------------

    async def _worker(self, work: _Work, source: ChartSource) -> None:
        for chart in work.waiting:
            try:
                await self._take(work, source, chart)
            except StorageFull:
                raise
            except RegistryError as error:
                work.failed.append(FailedChart(chart.shown, error.message))
            work.progress(1)

    async def _take(self, work: _Work, source: ChartSource, chart: Listed) -> None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            digest, provenance = await self._fetch(source, chart, file)
            if chart.digest and digest != chart.digest:
                raise SourceFailed(f"the package has the digest {digest}, the index says {chart.digest}")
            work.plan.seen.add(digest)
            if digest in work.plan.held and not chart.digest:
                if provenance is not None and not work.plan.held[digest]:  # signed since it came
                    await self._publisher.add_provenance(
                        work.plan.actor, work.plan.level, provenance, force=False
                    )
                work.present += 1
                return
            try:
                await self._publisher.publish(
                    work.plan.actor,
                    work.plan.level,
                    partial(asyncio.to_thread, _content, file),
                    provenance,
                    size=file.tell(),
                    force=False,
                    called=(chart.name, chart.version) if chart.name else None,
                )
            except TagTaken:
                held = await self._held(work.plan.level, chart.name)
                if digest not in {_hex(facts.package) for facts in held}:
                    raise SourceFailed(_TAKEN) from None
                work.present += 1  # it has come meanwhile, by another import or a push
                return
            work.imported += 1
            work.bytes += file.tell()

    async def _fetch(
        self, source: ChartSource, chart: Listed, file: tempfile.SpooledTemporaryFile[bytes]
    ) -> tuple[str, bytes | None]:
        """Fetch a package from the first address that gives it; returns its digest and its provenance file."""
        reason: SourceFailed | None = None
        for address in chart.addresses:
            for attempt in range(TRIES):
                file.seek(0)
                file.truncate()
                hasher = hashlib.sha256()
                try:
                    provenance = await source.fetch(
                        address, partial(_take, file, hasher), self._publisher.rules.largest
                    )
                except SourceUnreachable as error:
                    reason = error
                    if attempt + 1 < TRIES:
                        await asyncio.sleep(_PAUSE * 2**attempt)
                except SourceFailed as error:
                    reason = error
                    break
                else:
                    return hasher.hexdigest(), provenance
        raise reason or SourceFailed("the index gives no address for it")


def listed_by(content: bytes) -> tuple[list[Listed], list[FailedChart]]:
    """Return what an index lists, and its entries that Helm would pass over; raises SourceFailed for what is none."""
    try:
        index = read_index(content, "")
    except ChartInvalid as error:
        raise SourceFailed(f"the index can't be used: {error}") from None
    found = [_listed(entry) for entry in index.entries if not entry.removed]
    return found, [FailedChart(problem.where, problem.message) for problem in index.problems]


def _listed(entry: IndexEntry) -> Listed:
    metadata = entry.metadata
    return Listed(
        tuple(_with_tag(url, metadata.version) for url in entry.urls[:_MOST_ADDRESSES]),
        metadata.name,
        metadata.version,
        entry.digest,
    )


def _with_tag(address: str, version: str) -> str:
    """Return the address of a package; one in a registry may leave the version to the entry."""
    if not address.startswith("oci://") or ":" in address.rpartition("/")[2]:
        return address
    try:
        return f"{address}:{tag_of(version)}"
    except ChartInvalid:
        return address


def _hex(digest: str) -> str:
    return digest.partition(":")[2]


def _content(file: tempfile.SpooledTemporaryFile[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _take(file: tempfile.SpooledTemporaryFile[bytes], hasher: hashlib._Hash, part: bytes) -> None:
    hasher.update(part)
    file.write(part)


def _plain(address: str) -> str:
    """Return a relative address as a directory's listing writes it."""
    return posixpath.normpath(unquote(address))
