"""A namespace's policy, at the door that every push goes through."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from charthouse.api.kit.warnings import warnings
from charthouse.compose import Registry
from charthouse.config.keys.charts import Charts
from charthouse.model.digests import digest_of
from charthouse.model.errors import ManifestInvalid
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.chart_policies import ChartPolicy, FindingSeverity, LintAction
from charthouse.services.registry.writer import StoredManifest
from tests.support.packages import chart_manifest, package
from tests.support.registry import add_user, push_blob, push_image, registry_in

WEB = RepositoryName("ann/web")
TIDY = {
    "values.yaml": b"replicas: 1\n",
    "README.md": b"# web",
    "LICENSE": b"Apache License\nVersion 2.0",
    "templates/a.yaml": b"kind: A\n",
}
LINES = (
    "description: Serves pages",
    "icon: https://example.com/icon.png",
    "maintainers: [{name: ann, email: ann@example.com}]",
)


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path) as opened:
        yield opened


@pytest.fixture
async def ann(registry: Registry) -> Actor:
    return await add_user(registry, "ann")


async def ask(registry: Registry, actor: Actor, policy: ChartPolicy) -> None:
    await registry.metadata.chart_policies.put(actor.account_id, policy)


async def push(registry: Registry, actor: Actor, content: bytes, tag: str = "1.0.0") -> StoredManifest:
    for blob in (b"{}", content):
        await push_blob(registry, actor, WEB, blob)
    manifest = chart_manifest(b"{}", content)
    return await registry.writer.put_manifest(actor, WEB, Tag(tag), (), manifest, None)


async def problems(registry: Registry, actor: Actor, stored: StoredManifest) -> Sequence[str]:
    repository_id = (await registry.reader.access(actor.account_id, WEB)).repository_id
    chart = await registry.metadata.charts.by_digest(repository_id, stored.digest)
    assert chart is not None
    return [problem["rule"] for problem in json.loads(chart.facts.problems)]


async def test_off_looks_for_nothing(registry: Registry, ann: Actor) -> None:
    stored = await push(registry, ann, package("web", "1.0.0"))
    assert stored.told == ()
    assert await problems(registry, ann, stored) == []


async def test_warn_stores_tells_and_remembers(registry: Registry, ann: Actor) -> None:
    await ask(registry, ann, ChartPolicy(LintAction.WARN, FindingSeverity.INFO))
    stored = await push(registry, ann, package("web", "1.0.0"))
    kept = await problems(registry, ann, stored)
    assert {"readme-missing", "icon-missing"} <= set(kept)
    assert [text.partition(" ")[0] for text in stored.told] == list(kept)


async def test_a_tidy_chart_passes(registry: Registry, ann: Actor) -> None:
    await ask(registry, ann, ChartPolicy(LintAction.REFUSE))
    stored = await push(registry, ann, package("web", "1.0.0", TIDY, *LINES))
    assert stored.told == ()


async def test_refuse_names_everything_and_stores_nothing(registry: Registry, ann: Actor) -> None:
    await ask(registry, ann, ChartPolicy(LintAction.REFUSE))
    untidy = package(
        "web", "1.0.0", {**TIDY, "values.yaml": b"password: hunter2hunter2\na: 1\na: 2\n"}, *LINES
    )
    with pytest.raises(ManifestInvalid) as caught:
        await push(registry, ann, untidy)
    found = {row["rule"] for row in caught.value.detail["findings"]}
    assert {"secret-value", "values-duplicate"} <= found
    assert all(rule in caught.value.message for rule in found)
    assert "hunter2" not in caught.value.message
    repository_id = (await registry.reader.access(ann.account_id, WEB)).repository_id
    assert await registry.metadata.charts.tagged(repository_id, "1.0.0", registry.clock.now_ms()) is None
    await ask(registry, ann, ChartPolicy(LintAction.REFUSE, exempt=tuple(sorted(found))))
    assert (await push(registry, ann, untidy)).told == ()


async def test_refuse_takes_no_broken_chart_by_tag_or_by_digest(registry: Registry, ann: Actor) -> None:
    await ask(registry, ann, ChartPolicy(LintAction.REFUSE, FindingSeverity.ERROR))
    with pytest.raises(ManifestInvalid):
        await push(registry, ann, b"no package")
    manifest = chart_manifest(b"{}", b"no package")
    with pytest.raises(ManifestInvalid):
        await registry.writer.put_manifest(ann, WEB, digest_of(manifest), (), manifest, None)


async def test_what_takes_too_long_to_read_is_refused_too(tmp_path: Path) -> None:
    async with registry_in(tmp_path, charts=Charts(read_seconds=0)) as registry:
        ann = await add_user(registry, "ann")
        await ask(registry, ann, ChartPolicy(LintAction.REFUSE, FindingSeverity.ERROR))
        with pytest.raises(ManifestInvalid, match="not-read"):
            await push(registry, ann, package("web", "1.0.0"))


async def test_another_namespace_and_images_are_asked_nothing(registry: Registry, ann: Actor) -> None:
    bob = await add_user(registry, "bob")
    await ask(registry, bob, ChartPolicy(LintAction.REFUSE, FindingSeverity.INFO))
    assert (await push(registry, ann, package("web", "1.0.0"))).told == ()
    await push_image(registry, bob, RepositoryName("bob/app"), "v1", b"config")


def test_warnings_fit_in_headers() -> None:
    [(name, value)] = warnings(('bad (error): a "b" \\ \u00e9 \r\nSet-Cookie: x',))
    assert (name, value) == (b"warning", b'299 - "bad (error): a \\"b\\" \\\\ ? ??Set-Cookie: x"')
    assert len(warnings(("x" * 10_000,) * 100)) == 20
    assert all(len(value) < 400 for _, value in warnings(("x" * 10_000,) * 100))
