"""Bad packages pushed as OCI artifacts: stored, marked with what is wrong, in bounded time; other charts untouched."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.compose import Registry
from charthouse.compose.charts import publisher_of
from charthouse.model.errors import InvalidRequest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.charts import ChartFacts, ChartState
from tests.support.bad_packages import BAD, aliases
from tests.support.packages import chart_manifest, chart_yaml, package, push_chart, tar
from tests.support.registry import add_user, push_blob, push_manifest, registry_in

SECONDS = 12.0
"""The budget of a push, and some for the push itself."""


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path) as opened:
        yield opened


@pytest.fixture
async def alice(registry: Registry) -> Actor:
    return await add_user(registry, "alice")


async def facts_of(
    registry: Registry, actor: Actor, digest: str, repository: str = "alice/web"
) -> ChartFacts:
    access = await registry.reader.access(actor.account_id, repository)
    chart = await registry.metadata.charts.by_digest(access.repository_id, digest)
    assert chart is not None
    return chart.facts


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_package_is_stored_and_marked(registry: Registry, alice: Actor, kind: str) -> None:
    await push_chart(registry, alice, "alice/web", "0.9.0", package("web", "0.9.0"))
    content = BAD[kind]()
    began = time.monotonic()
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", content)
    assert time.monotonic() - began < SECONDS
    facts = await facts_of(registry, alice, digest)
    assert facts.state is ChartState.BROKEN
    problems = json.loads(facts.problems)
    assert any(problem["severity"] == "error" and len(problem["message"]) > 8 for problem in problems)
    assert facts.entry == facts.tag == ""
    await assert_untouched(registry, alice)


async def assert_untouched(registry: Registry, actor: Actor) -> None:
    """The version from before is shown alone, and a good one still comes in."""
    access = await registry.reader.access(actor.account_id, "alice/web")
    charts, now = registry.metadata.charts, registry.clock.now_ms()
    assert [v.tag for v in await charts.versions(access.repository_id, now)] == ["0.9.0"]
    await push_chart(registry, actor, "alice/web", "1.1.0", package("web", "1.1.0"))
    assert [v.tag for v in await charts.versions(access.repository_id, now)] == ["1.1.0", "0.9.0"]


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"values.yaml": aliases()}, []),
        ({"values.yaml": b"a: " + b"[" * 50_000}, []),
        ({"values.yaml": b"a: " + b"x" * 4_000_000}, []),
        ({"values.schema.json": b"[" * 100_000}, []),
        ({"README.md": "Grüße".encode("utf-16")}, []),
        ({"templates/a.yaml": bytes(range(256))}, []),
        ({}, ['description: "\\ud800"']),
        ({}, ["annotations: {" + "k" * 5000 + ": x}"]),
    ],
)
async def test_odd_contents_do_no_harm(
    registry: Registry, alice: Actor, files: dict[str, bytes], lines: list[str]
) -> None:
    """Whatever is thought of them, they are read to an end, and what is kept can be read again."""
    await push_chart(registry, alice, "alice/web", "0.9.0", package("web", "0.9.0"))
    began = time.monotonic()
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", package("web", "1.0.0", files, *lines))
    assert time.monotonic() - began < SECONDS
    facts = await facts_of(registry, alice, digest)
    assert facts.state in {ChartState.READ, ChartState.BROKEN}
    json.loads(facts.summary)
    facts.entry.encode()


async def test_a_zero_byte_in_a_name_is_passed_over_as_helm_does(registry: Registry, alice: Actor) -> None:
    content = gzip.compress(tar({"web/Chart.yaml": chart_yaml('"we\\0b"', "1.0.0")}))
    facts = await facts_of(registry, alice, await push_chart(registry, alice, "alice/web", "1.0.0", content))
    assert (facts.state, facts.name) == (ChartState.READ, "web")
    assert "\0" not in facts.entry + facts.summary


async def test_names_and_versions_unlike_repository_and_tag(registry: Registry, alice: Actor) -> None:
    digest = await push_chart(registry, alice, "alice/web", "2.0.0", package("web", "1.0.0"))
    facts = await facts_of(registry, alice, digest)
    assert (facts.state, facts.tag) == (ChartState.READ, "1.0.0")
    digest = await push_chart(registry, alice, "alice/web", "1.0.0", package("shop", "1.0.0"))
    facts = await facts_of(registry, alice, digest)
    assert (facts.state, facts.tag) == (ChartState.READ, "")
    assert json.loads(facts.problems)[0]["rule"] == "repository-name"


@pytest.mark.parametrize("layer", ["application/vnd.oci.image.layer.v1.tar+gzip", "text/plain"])
async def test_a_layer_of_another_type_is_no_chart(registry: Registry, alice: Actor, layer: str) -> None:
    content, name = package("web", "1.0.0"), RepositoryName("alice/web")
    for blob in (b"{}", content):
        await push_blob(registry, alice, name, blob)
    digest = await push_manifest(
        registry, alice, name, chart_manifest(b"{}", content, layer_type=layer), "1.0.0"
    )
    facts = await facts_of(registry, alice, digest)
    assert facts.state is ChartState.BROKEN
    assert json.loads(facts.problems)[0]["rule"] == "chart-layer"


async def test_a_layer_by_its_older_type_is_a_chart(registry: Registry, alice: Actor) -> None:
    content, name = package("web", "1.0.0"), RepositoryName("alice/web")
    for blob in (b"{}", content):
        await push_blob(registry, alice, name, blob)
    manifest = chart_manifest(b"{}", content, layer_type="application/tar+gzip")
    digest = await push_manifest(registry, alice, name, manifest, "1.0.0")
    assert (await facts_of(registry, alice, digest)).state is ChartState.READ


async def test_a_layer_of_another_size_is_broken(registry: Registry, alice: Actor) -> None:
    """Helm compares sizes when it pulls."""
    content, name = package("web", "1.0.0"), RepositoryName("alice/web")
    for blob in (b"{}", content):
        await push_blob(registry, alice, name, blob)
    document = json.loads(chart_manifest(b"{}", content))
    document["layers"][0]["size"] += 1
    digest = await push_manifest(registry, alice, name, json.dumps(document).encode(), "1.0.0")
    facts = await facts_of(registry, alice, digest)
    assert facts.state is ChartState.BROKEN
    assert json.loads(facts.problems)[0]["rule"] == "layer-size"


async def test_a_package_larger_than_any_is_not_read(tmp_path: Path) -> None:
    limits = tmp_path / "config.yaml"
    limits.write_text("CHARTHOUSE_CHARTS_PACKAGE_SIZE: 1Mi\n")
    async with registry_in(tmp_path / "data", config=limits) as registry:
        alice = await add_user(registry, "alice")
        content = package("web", "1.0.0") + bytes(1024**2)
        digest = await push_chart(registry, alice, "alice/web", "1.0.0", content)
        facts = await facts_of(registry, alice, digest)
    assert facts.state is ChartState.BROKEN
    assert json.loads(facts.problems)[0]["rule"] == "package-size"


async def test_an_entry_that_would_burden_every_client_is_not_shown(registry: Registry, alice: Actor) -> None:
    content = package("web", "1.0.0", {}, f"description: {'x ' * 140_000}")
    facts = await facts_of(registry, alice, await push_chart(registry, alice, "alice/web", "1.0.0", content))
    assert (facts.state, facts.tag) == (ChartState.READ, "")
    [rule] = [problem["rule"] for problem in json.loads(facts.problems)]
    assert rule == "entry-size"
    assert await registry.metadata.charts.level("alice", alice.account_id) == []

    async def body() -> bytes:
        return content

    with pytest.raises(InvalidRequest, match="at most 131072 are shown"):
        await publisher_of(registry).publish(alice, "alice", body, None, size=len(content), force=True)
