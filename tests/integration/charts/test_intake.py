"""A pushed chart is read before its push is answered: the index shows it, or it is marked with what is wrong."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from charthouse.compose import Registry
from charthouse.compose.charts import pending_of
from charthouse.jobs.pending_charts import PendingChartsJob
from charthouse.model.digests import digest_of
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.charts import Chart, ChartState
from charthouse.ports.sandbox import Crashed, OverBudget
from charthouse.services.charts.readings import unpack_document
from charthouse.services.registry.caches import CachedBlob
from tests.support.packages import package, push_chart
from tests.support.registry import add_user, push_image, registry_in


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path) as opened:
        yield opened


@pytest.fixture
async def alice(registry: Registry) -> Actor:
    return await add_user(registry, "alice")


async def key(registry: Registry, actor: Actor, repository: str) -> int:
    return (await registry.reader.access(actor.account_id, repository)).repository_id


async def stored(registry: Registry, actor: Actor, repository: str, digest: str) -> Chart:
    found = await registry.metadata.charts.by_digest(await key(registry, actor, repository), digest)
    assert found is not None
    return found


async def shown(registry: Registry, actor: Actor, repository: str) -> list[str]:
    charts = registry.metadata.charts
    now = registry.clock.now_ms()
    return [v.tag for v in await charts.versions(await key(registry, actor, repository), now)]


def rules(chart: Chart) -> list[str]:
    return [problem["rule"] for problem in json.loads(chart.facts.problems)]


async def test_the_index_shows_a_version_when_its_push_is_answered(registry: Registry, alice: Actor) -> None:
    content = package("web", "1.2.3+build.5", {"values.yaml": b"replicas: 1\n"}, "appVersion: '2'")
    digest = await push_chart(registry, alice, "alice/web", "1.2.3_build.5", content)
    assert await shown(registry, alice, "alice/web") == ["1.2.3_build.5"]
    facts = (await stored(registry, alice, "alice/web", digest)).facts
    assert (facts.state, facts.name, facts.version) == (ChartState.READ, "web", "1.2.3+build.5")
    assert (facts.package, facts.package_size, facts.provenance) == (digest_of(content), len(content), "")
    assert json.loads(facts.problems) == []
    assert json.loads(facts.summary)["appVersion"] == "2"
    [entry] = yaml.safe_load(facts.entry)
    assert entry.pop("created")
    assert entry == {
        "apiVersion": "v2",
        "appVersion": "2",
        "digest": digest_of(content).removeprefix("sha256:"),
        "name": "web",
        "urls": ["charts/web-1.2.3+build.5.tgz"],
        "version": "1.2.3+build.5",
    }


async def test_what_is_inside_is_kept(registry: Registry, alice: Actor) -> None:
    content = package("web", "1.0.0", {"values.yaml": b"replicas: 1\n", "README.md": b"# Web"})
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", content)
    chart = await stored(registry, alice, "alice/web", digest)
    document = await registry.metadata.charts.document(chart.manifest_id)
    assert document is not None
    reading, _ = unpack_document(document)
    assert reading.readme is not None
    assert reading.readme.text == "# Web"
    assert [(value.path, value.default) for value in reading.values] == [("replicas", 1)]


async def test_other_tags_and_misnamed_repositories_are_stored_and_not_shown(
    registry: Registry, alice: Actor
) -> None:
    content = package("web", "1.0.0")
    await push_chart(registry, alice, "alice/web", "stable", content)
    assert await shown(registry, alice, "alice/web") == []
    digest = await push_chart(registry, alice, "alice/shop", "1.0.0", content)
    assert await shown(registry, alice, "alice/shop") == []
    chart = await stored(registry, alice, "alice/shop", digest)
    assert chart.facts.state is ChartState.READ
    assert rules(chart) == ["repository-name"]


async def test_a_provenance_is_known_by_its_digest(registry: Registry, alice: Actor) -> None:
    content, provenance = package("web", "1.0.0"), b"no signature"
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", content, provenance)
    assert (await stored(registry, alice, "alice/web", digest)).facts.provenance == digest_of(provenance)


async def test_the_same_package_is_not_read_twice(
    registry: Registry, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    run = registry.chart_sandbox.run

    async def count(request: bytes, deadline_s: float) -> bytes:
        asked.append(request)
        return await run(request, deadline_s)

    monkeypatch.setattr(registry.chart_sandbox, "run", count)
    content = package("web", "1.0.0")
    for tag in ("1.0.0", "stable"):
        await push_chart(registry, alice, "alice/web", tag, content)
    assert len(asked) == 1
    await push_chart(registry, alice, "alice/other", "1.0.0", content)
    assert len(asked) == 2


async def test_an_image_is_nobodys_chart(registry: Registry, alice: Actor) -> None:
    digest = await push_image(registry, alice, RepositoryName("alice/web"), "1.0.0", b"{}", b"layer")
    assert await registry.metadata.charts.by_digest(await key(registry, alice, "alice/web"), digest) is None


async def test_over_budget_is_pending_until_the_job_has_read_it(
    registry: Registry, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(request: bytes, deadline_s: float) -> bytes:
        raise OverBudget(f"it takes longer than {deadline_s:g} seconds")

    with monkeypatch.context() as patched:
        patched.setattr(registry.chart_sandbox, "run", slow)
        digest = await push_chart(registry, alice, "alice/web", "1.0.0", package("web", "1.0.0"))
        broken = await push_chart(registry, alice, "alice/web", "2.0.0", b"no package")
    chart = await stored(registry, alice, "alice/web", digest)
    assert chart.facts.state is ChartState.PENDING
    [problem] = json.loads(chart.facts.problems)
    assert problem["message"] == "it will be read later: it takes longer than 10 seconds"
    assert await shown(registry, alice, "alice/web") == []
    job = PendingChartsJob(pending_of(registry))
    assert await job.run() == {"charts": 2, "broken": 1}
    assert await shown(registry, alice, "alice/web") == ["1.0.0"]
    assert (await stored(registry, alice, "alice/web", broken)).facts.state is ChartState.BROKEN
    assert await job.run() == {"charts": 0, "broken": 0}


async def test_what_the_job_cant_read_either_is_broken(
    registry: Registry, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(request: bytes, deadline_s: float) -> bytes:
        raise Crashed("the process that read it ended (-11)")

    monkeypatch.setattr(registry.chart_sandbox, "run", crash)
    monkeypatch.setattr(registry.patient_chart_sandbox, "run", crash)
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", package("web", "1.0.0"))
    assert await PendingChartsJob(pending_of(registry)).run() == {"charts": 1, "broken": 1}
    chart = await stored(registry, alice, "alice/web", digest)
    assert chart.facts.state is ChartState.BROKEN
    assert rules(chart) == ["not-readable"]


async def test_where_blobs_are_no_files_their_bytes_are_sent(
    registry: Registry, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(entry: CachedBlob) -> None: ...

    monkeypatch.setattr(registry.contents, "file", none)
    await push_chart(registry, alice, "alice/web", "1.0.0", package("web", "1.0.0"))
    large = package(
        "web", "2.0.0", {"files/random": secrets.token_bytes(5_000_000), "b": secrets.token_bytes(4_500_000)}
    )
    await push_chart(registry, alice, "alice/web", "2.0.0", large)
    assert await shown(registry, alice, "alice/web") == ["2.0.0", "1.0.0"]


async def test_many_at_once_are_all_shown_when_they_are_answered(registry: Registry, alice: Actor) -> None:
    await push_chart(registry, alice, "alice/web", "0.0.1", package("web", "0.0.1"))
    versions = [f"1.0.{number}" for number in range(150)]
    pushes = (push_chart(registry, alice, "alice/web", one, package("web", one)) for one in versions)
    await asyncio.gather(*pushes)
    assert set(await shown(registry, alice, "alice/web")) == {"0.0.1", *versions}


async def test_what_no_classic_address_leads_to_is_marked(registry: Registry, alice: Actor) -> None:
    content = package("web", "1.0.0")
    for repository, told in (
        ("alice/charts/web", ["reserved-level"]),
        ("alice/prod/charts/web", ["reserved-level"]),
        ("alice/web", []),
    ):
        digest = await push_chart(registry, alice, repository, "1.0.0", content)
        chart = await stored(registry, alice, repository, digest)
        assert (rules(chart), chart.facts.tag) == (told, "1.0.0")
    chart_called_so = await push_chart(registry, alice, "alice/charts", "1.0.0", package("charts", "1.0.0"))
    assert rules(await stored(registry, alice, "alice/charts", chart_called_so)) == []
