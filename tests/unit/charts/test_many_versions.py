"""A chart of many versions in ChartMuseum's API: ordered and written beside the event loop, and whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from charthouse.api.chartmuseum import charts
from charthouse.api.chartmuseum.routes import match
from charthouse.api.kit.asgi import Request
from charthouse.model.digests import Digest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import ANONYMOUS, Access, Actor, Role
from charthouse.ports.charts import Chart, ChartFacts, ChartRepository, ChartState, ChartVersion
from charthouse.services.charts import catalogue
from charthouse.services.charts.catalogue import Catalogue
from tests.support.clock import ManualClock


class Everything:
    """Levels, registry and store of one chart with so many versions, the oldest first."""

    def __init__(self, count: int) -> None:
        self.most = 0
        """The most that were asked for at once."""
        self._versions = [f"1.{number}.0" for number in range(count)]

    async def readable(self, actor: Actor, level: str) -> list[ChartRepository]:
        return [ChartRepository(1, RepositoryName("acme/web"), 1, 1)]

    async def access(self, account_id: int, repository: str) -> Access:
        return Access(repository_id=1, role=Role.READ, public=True, can_create=False, epoch=ANONYMOUS.epoch)

    async def versions(self, repository_id: int, now_ms: int) -> list[ChartVersion]:
        return [
            ChartVersion(Tag(version), _chart(number, version))
            for number, version in enumerate(self._versions)
        ]

    async def several(self, manifest_ids: Sequence[int]) -> dict[int, Chart]:
        self.most = max(self.most, len(manifest_ids))
        return {key: _chart(key, self._versions[key]) for key in manifest_ids}


def _chart(number: int, version: str) -> Chart:
    facts = ChartFacts(
        state=ChartState.READ,
        name="web",
        version=version,
        package=f"sha256:{'a' * 64}",
        summary=json.dumps({"name": "web", "version": version, "description": "x" * 4000}),
    )
    return Chart(manifest_id=number, digest=Digest(facts.package), created_ms=0, facts=facts)


@pytest.mark.parametrize(("count", "aside"), [(3, False), (2500, True)])
async def test_many_are_worked_on_beside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch, count: int, aside: bool
) -> None:
    threads = set()

    def noted(module: Any, name: str) -> None:
        work = getattr(module, name)

        def run(*arguments: Any) -> Any:
            threads.add(threading.get_ident())
            return work(*arguments)

        monkeypatch.setattr(module, name, run)

    noted(charts, "rendered")
    noted(catalogue, "sort_key")
    shop: Any = Everything(count)
    handlers = charts.ChartHandlers(Catalogue(shop, shop, shop, shop, ManualClock()))
    at = match("/charts/api/acme/charts/web")
    assert at is not None
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    request = Request(scope, None, scheme="http", host="localhost", peer="")  # type: ignore[arg-type]
    expected = [f"1.{number}.0" for number in reversed(range(count))]
    shown = await handlers.show(request, ANONYMOUS, at)
    body = shown.body if shown.stream is None else b"".join([part async for part in shown.stream])
    assert [row["version"] for row in json.loads(body)] == expected
    listed = await handlers.list(request, ANONYMOUS, at)
    assert listed.stream is not None
    document = json.loads(b"".join([part async for part in listed.stream]))
    assert [row["version"] for row in document["web"]] == expected
    assert (threading.get_ident() not in threads) == aside
    assert shop.most <= catalogue.AT_ONCE
