"""What is kept in memory of charts' documents: bounded by what they take, not by how well they are compressed."""

from __future__ import annotations

import tracemalloc

import pytest

from charthouse.helm.chart.facts import ChartReading, Text
from charthouse.model.digests import Digest
from charthouse.model.errors import Unavailable
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import ANONYMOUS, Access, Role
from charthouse.ports.charts import Chart, ChartFacts, ChartState
from charthouse.ports.sandbox import OverBudget, Sandbox
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.differences import handle
from charthouse.services.charts.documents import ChartDocuments
from charthouse.services.charts.readings import pack_document
from tests.support.clock import ManualClock
from tests.support.sandbox import OpenSandbox

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


def documents_of(comparer: Sandbox, seconds: float) -> ChartDocuments:
    return ChartDocuments(OneText(), ManualClock(), comparer, seconds, memory=8 * MIB)  # type: ignore[arg-type]


async def test_comparing_that_takes_too_long_ends() -> None:
    permit = RepositoryPermit(ANONYMOUS, RepositoryName("acme/web"), _access(), Role.READ)
    documents = documents_of(OpenSandbox(handle), seconds=5)
    found = await documents.comparison(permit, "sha256:1", "sha256:2")
    assert (found.before.chart.manifest_id, found.after.chart.manifest_id) == (1, 2)
    assert (found.comparison.readme, found.comparison.truncated) == (None, [])

    class Slow(OpenSandbox):
        async def run(self, request: bytes, deadline_s: float) -> bytes:
            raise OverBudget(f"it takes longer than {deadline_s:g} seconds")

    with pytest.raises(Unavailable, match="could not be compared: it takes longer than 5 seconds"):
        await documents_of(Slow(handle), seconds=5).comparison(permit, "sha256:1", "sha256:2")


async def test_memory_is_bounded_by_what_documents_take() -> None:
    permit = RepositoryPermit(ANONYMOUS, RepositoryName("acme/web"), _access(), Role.READ)
    documents = documents_of(OpenSandbox(handle), seconds=1)
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
