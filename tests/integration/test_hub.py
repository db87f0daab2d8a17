"""The search that helm search hub asks: its form, its refusals, and addresses that hold no credentials."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.api.kit.front import PublicAddress
from charthouse.compose.charts_api import hub
from charthouse.compose.registry import Registry
from charthouse.model.names import RepositoryName
from charthouse.services.charts import search
from charthouse.telemetry.logs import FailureLog
from tests.support.asgi import ask
from tests.support.packages import package, push_chart
from tests.support.registry import registry_in
from tests.support.server import Answer

SEARCH = "/api/chartsvc/v1/charts/search"
HOST = "charts.example.com"
PASSWORD = "correct-horse-battery"
YAML = (
    "appVersion: '1.25'",
    "description: Finds the way",
    "icon: https://example.com/icon.svg",
    "home: https://example.com",
    "sources: [https://example.com/source]",
    "keywords: [compass]",
    "maintainers: [{name: Alice}]",
)


class Hub:
    """The search over a registry where alice has the chart ``alice/tools/sextant``."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._api = hub(registry, PublicAddress(HOST, "https", 0), FailureLog(json=False))

    async def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            await self._api.handle(scope, receive, send, b"test")

        return await ask(application, method, target, headers=headers)


def basic(password: str) -> str:
    return "Basic " + b64encode(f"alice:{password}".encode()).decode()


async def furnished(registry: Registry) -> Hub:
    account = await registry.users.create_user("alice", PASSWORD, "alice@example.com")
    actor = registry.standings.actor(account)
    await push_chart(
        registry, actor, "alice/tools/sextant", "1.0.0_b", package("sextant", "1.0.0+b", {}, *YAML)
    )
    return Hub(registry)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Hub]:
    async with registry_in(tmp_path / "data") as registry:
        yield await furnished(registry)


async def test_a_chart_as_helm_reads_it(shop: Hub) -> None:
    answer = await shop.ask(f"{SEARCH}?q=sextant", authorization=basic(PASSWORD))
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == (
        "nosniff",
        "no-store",
    )
    assert PASSWORD.encode() not in answer.body
    [found] = answer.json()["data"]
    latest = found["relationships"].pop("latestChartVersion")
    version = latest["data"]
    assert found == {
        "id": "alice/tools/sextant",
        "type": "chart",
        "artifactHub": {"packageUrl": f"oci://{HOST}/alice/tools/sextant"},
        "attributes": {
            "name": "sextant",
            "repo": {"name": "alice/tools", "url": f"https://{HOST}/charts/alice/tools"},
            "description": "Finds the way",
            "home": "https://example.com",
            "keywords": ["compass"],
            "maintainers": [{"name": "Alice"}],
            "sources": ["https://example.com/source"],
            "icon": "https://example.com/icon.svg",
        },
        "links": {"self": f"https://{HOST}/api/v1/repository/alice/tools/sextant/chart/latest"},
        "relationships": {},
    }
    assert (version["version"], version["app_version"], len(version["digest"])) == ("1.0.0+b", "1.25", 64)
    assert version["urls"] == [f"https://{HOST}/charts/alice/tools/charts/sextant-1.0.0%2Bb.tgz"]
    assert latest["links"]["self"].endswith("/chart/1.0.0%2Bb")


async def test_only_what_the_caller_may_read_is_found(shop: Hub) -> None:
    assert (await shop.ask(f"{SEARCH}?q=sextant")).json() == {"data": []}
    for query in ("?q=compass", "?q=", "", "?other=x", "?q=sext&q=comp"):
        assert len((await shop.ask(SEARCH + query, authorization=basic(PASSWORD))).json()["data"]) == 1, query
    access = await shop.registry.reader.access(0, RepositoryName("alice/tools/sextant"))
    await shop.registry.metadata.repositories.set_visibility(access.repository_id, public=True)
    assert len((await shop.ask(f"{SEARCH}?q=sextant")).json()["data"]) == 1
    assert len((await shop.ask(f"{SEARCH}?q=%27%20OR%201=1%20--")).json()["data"]) == 0


async def test_an_answer_is_bounded_by_what_charts_say(shop: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = shop.registry.standings.actor(await shop.registry.users.user("alice"))  # type: ignore[arg-type]
    for name in ("sextant-b", "sextant-c"):
        await push_chart(shop.registry, actor, f"alice/tools/{name}", "1.0.0", package(name, "1.0.0"))
    monkeypatch.setattr(search, "_STEP", 1)
    target = f"{SEARCH}?q=sextant"
    assert len((await shop.ask(target, authorization=basic(PASSWORD))).json()["data"]) == 3
    monkeypatch.setattr(search, "_LARGEST_ANSWER", 1)
    assert len((await shop.ask(target, authorization=basic(PASSWORD))).json()["data"]) == 1


async def test_refusals(shop: Hub) -> None:
    wrong = await shop.ask(f"{SEARCH}?q=x", authorization=basic("wrong"))
    assert wrong.status == 401
    assert wrong.headers["www-authenticate"] == f'Basic realm="{HOST}"'
    assert wrong.json()["errors"][0]["status"] == "401"
    assert (await shop.ask(f"{SEARCH}?q=x", authorization="Bearer nonsense")).status == 401
    assert (await shop.ask(f"{SEARCH}?q=x", "POST")).status == 405
    assert (await shop.ask("/api/chartsvc/v1/charts/other")).status == 404
    head = await shop.ask(f"{SEARCH}?q=x", "HEAD")
    assert (head.status, head.body) == (200, b"")
    many = await shop.ask(f"{SEARCH}?{'&' * 2000}q=x")
    assert many.status in {200, 400}


async def test_a_password_that_was_changed_finds_nothing_more(shop: Hub) -> None:
    assert (await shop.ask(f"{SEARCH}?q=sextant", authorization=basic(PASSWORD))).status == 200
    account = await shop.registry.users.user("alice")
    assert account is not None
    await shop.registry.users.set_password(account, "another-horse-battery")
    assert (await shop.ask(f"{SEARCH}?q=sextant", authorization=basic("another-horse-battery"))).status == 200
    assert (await shop.ask(f"{SEARCH}?q=sextant", authorization=basic(PASSWORD))).status == 401


async def test_where_people_log_in_strangers_search_nothing(tmp_path: Path) -> None:
    async with registry_in(tmp_path / "data", anonymous_access=False) as registry:
        shop = await furnished(registry)
        assert (await shop.ask(f"{SEARCH}?q=sextant")).status == 401
        assert (await shop.ask(f"{SEARCH}?q=sextant", authorization=basic(PASSWORD))).status == 200


async def test_searches_beside_each_other(shop: Hub) -> None:
    answers = await asyncio.gather(
        *(shop.ask(f"{SEARCH}?q=sextant", authorization=basic(PASSWORD)) for _ in range(20))
    )
    assert {len(answer.json()["data"]) for answer in answers} == {1}
