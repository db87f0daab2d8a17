"""The versions of a chart. The repository's own page shows it."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.helm.chart.facts import Metadata
from charthouse.model.errors import RegistryError
from charthouse.ports.charts import ChartState, TaggedChart
from charthouse.ports.openpgp import Verdict
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments
from charthouse.services.charts.search import metadata_of
from charthouse.services.charts.signatures import SignatureService
from charthouse.services.registry.pull_statistics import Pulls, PullStatistics

from ..charts.readmes import Readmes
from ..visit import Visit

PAGE = 10


class VersionRow(msgspec.Struct, frozen=True):
    """A version in the list. ``verdict`` None: no provenance, or it cannot be checked now (``signed`` tells).

    ``pulls`` None: they are not told of.
    """

    tagged: TaggedChart
    metadata: Metadata
    pulls: int | None
    verdict: Verdict | None

    @property
    def signed(self) -> bool:
        """Tell whether there is a provenance."""
        return bool(self.tagged.chart.facts.provenance)


class ChartVersions(msgspec.Struct, frozen=True):
    """A page of versions. ``greatest`` is the one that Helm takes when none is named, ``readme`` its own ("": none)."""

    rows: list[VersionRow]
    number: int
    more: bool
    greatest: TaggedChart
    metadata: Metadata
    readme: str

    @property
    def broken(self) -> bool:
        """Tell whether Helm can use none of them: broken ones come last."""
        return self.greatest.chart.facts.state is ChartState.BROKEN


class ChartOverview:
    """Gathers what ``charts/overview.html`` shows."""

    def __init__(
        self,
        documents: ChartDocuments,
        signatures: SignatureService,
        statistics: PullStatistics | None,
        readmes: Readmes,
    ) -> None:
        self._documents = documents
        self._signatures = signatures
        self._statistics = statistics
        self._readmes = readmes

    async def values(self, visit: Visit, permit: RepositoryPermit) -> ChartVersions | None:
        """Return a page (``?page=``) of versions by SemVer, and what the greatest says of itself; None in a repository
        without charts."""
        number = visit.page_number()
        found, more = await self._documents.page(permit, number, PAGE)
        greatest = found[:1] if number == 1 else (await self._documents.page(permit, 1, 1))[0]
        if not greatest:
            return None
        inside = await self._documents.inside(permit, greatest[0].chart.digest)
        readme = await self._readmes.of(permit.repository, greatest[0].tag, inside)
        return ChartVersions(
            await self._rows(permit, found),
            number,
            more,
            greatest[0],
            metadata_of(greatest[0].chart.facts.summary),
            readme if number == 1 else "",
        )

    async def _rows(self, permit: RepositoryPermit, found: list[TaggedChart]) -> list[VersionRow]:
        pulls: dict[str, Pulls] | None = None
        if self._statistics is not None:
            pulls = await self._statistics.of_tags(permit, [one.tag for one in found])
        verdicts = await asyncio.gather(*(self._verdict(permit, one) for one in found))
        return [
            VersionRow(
                one,
                metadata_of(one.chart.facts.summary),
                None if pulls is None else pulls.get(one.tag, Pulls(0, None)).count,
                verdict,
            )
            for one, verdict in zip(found, verdicts, strict=True)
        ]

    async def _verdict(self, permit: RepositoryPermit, tagged: TaggedChart) -> Verdict | None:
        if not tagged.chart.facts.provenance:
            return None
        try:
            return (await self._signatures.of(permit, tagged.chart.digest)).verdict
        except RegistryError:  # a blob is missing, or reading takes too long: nothing is known
            return None
