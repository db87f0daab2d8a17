"""What is kept in memory of charts' documents: bounded by what they take, not by how well they are compressed."""

from __future__ import annotations

import tracemalloc

from charthouse.helm.chart.facts import ChartReading, Text
from charthouse.model.digests import Digest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import ANONYMOUS, Access, Role
from charthouse.ports.charts import Chart, ChartFacts, ChartState
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments
from charthouse.services.charts.readings import pack_document
from tests.support.clock import ManualClock

MIB = 1024**2


class OneText:
    """Charts whose documents are all the same: a text of a mebibyte in a kilobyte."""

    def __init__(self) -> None:
        text = Text("README.md", "a" * MIB, MIB)
        self._document = pack_document(ChartReading(digest="", size=0, readme=text))
        assert len(self._document) < 4096

    async def by_digest(self, repository_id: int, digest: str) -> Chart:
        facts = ChartFacts(state=ChartState.READ)
        return Chart(manifest_id=int(digest[7:]), digest=Digest(digest), created_ms=0, facts=facts)

    async def document(self, manifest_id: int) -> bytes:
        return self._document


async def test_memory_is_bounded_by_what_documents_take() -> None:
    permit = RepositoryPermit(ANONYMOUS, RepositoryName("acme/web"), _access(), Role.READ)
    documents = ChartDocuments(OneText(), ManualClock(), memory=8 * MIB)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        for number in range(40):
            inside = await documents.inside(permit, f"sha256:{number}")
            assert inside.reading.readme is not None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 10 * MIB


def _access() -> Access:
    return Access(repository_id=1, role=Role.READ, public=True, can_create=False, epoch=0)
