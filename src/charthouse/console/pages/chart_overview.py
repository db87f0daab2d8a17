"""The versions of a chart. The repository's own page shows it."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from charthouse.helm.chart.facts import Metadata
from charthouse.model.errors import RegistryError
from charthouse.ports.charts import TaggedChart
from charthouse.ports.openpgp import Verdict
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments
from charthouse.services.charts.search import metadata_of
from charthouse.services.charts.signatures import SignatureService
from charthouse.services.registry.pull_statistics import PullStatistics

from ..visit import Visit

PAGE = 25


class VersionRow(msgspec.Struct, frozen=True):
    """A version in the list. ``verdict`` None: no provenance, or it cannot be checked now (``signed`` tells)."""

    tagged: TaggedChart
    metadata: Metadata
    pulls: int
    verdict: Verdict | None

    @property
    def signed(self) -> bool:
        """Tell whether there is a provenance."""
        return bool(self.tagged.chart.facts.provenance)


class ChartOverview:
    """Gathers what ``charts/overview.html`` shows."""

    def __init__(
        self, documents: ChartDocuments, signatures: SignatureService, statistics: PullStatistics
    ) -> None:
        self._documents = documents
        self._signatures = signatures
        self._statistics = statistics

    async def values(self, visit: Visit, permit: RepositoryPermit) -> dict[str, Any] | None:
        """Return ``charts`` of the template: a page (``?page=``) of versions by SemVer; None in a repository without
        charts."""
        number = visit.page_number()
        found, more = await self._documents.page(permit, number, PAGE)
        if not found and number == 1:
            return None
        pulls = await self._statistics.of_tags(permit, [one.tag for one in found])
        verdicts = await asyncio.gather(*(self._verdict(permit, one) for one in found))
        rows = [
            VersionRow(
                one,
                metadata_of(one.chart.facts.summary),
                pulls[one.tag].count if one.tag in pulls else 0,
                verdict,
            )
            for one, verdict in zip(found, verdicts, strict=True)
        ]
        return {"rows": rows, "number": number, "more": more}

    async def _verdict(self, permit: RepositoryPermit, tagged: TaggedChart) -> Verdict | None:
        if not tagged.chart.facts.provenance:
            return None
        try:
            return (await self._signatures.of(permit, tagged.chart.digest)).verdict
        except RegistryError:  # a blob is missing, or reading takes too long: nothing is known
            return None
