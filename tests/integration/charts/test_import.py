"""A whole repository taken over: what comes, what is left alone, what fails and keeps nobody else from coming."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from charthouse.compose import Registry
from charthouse.compose.chart_transfer import chart_importer
from charthouse.engines.chart_sources import classic as classic_engine
from charthouse.engines.chart_sources import fetching
from charthouse.engines.chart_sources.factory import source_of
from charthouse.engines.chart_sources.fetching import Access
from charthouse.model.errors import StorageFull
from charthouse.model.permissions import Actor
from charthouse.ports.chart_sources import SourceFailed
from charthouse.ports.charts import ChartVersion
from charthouse.services.charts import importing
from charthouse.services.charts.importing import ChartsImported
from tests.integration.chartmuseum.museum import provenance
from tests.support.classic import Classic, classic_repository
from tests.support.packages import package
from tests.support.registry import add_user, registry_in

from .test_sources import oci


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path / "registry") as opened:
        yield opened


@pytest.fixture
async def ann(registry: Registry) -> Actor:
    return await add_user(registry, "ann")


@pytest.fixture
async def classic(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Classic]:
    monkeypatch.setattr(importing, "_PAUSE", 0.01)
    async with classic_repository() as served:
        yield served


def listed(name: str, version: str, content: bytes, *urls: str) -> dict[str, Any]:
    return {
        "apiVersion": "v2",
        "name": name,
        "version": version,
        "urls": list(urls) or [f"charts/{name}-{version}.tgz"],
        "digest": hashlib.sha256(content).hexdigest(),
    }


def put(classic: Classic, *charts: tuple[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Make the server a repository of these charts; return the entries of its index."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for name, version in charts:
        content = package(name, version)
        classic.files[f"/charts/{name}-{version}.tgz"] = content
        entries.setdefault(name, []).append(listed(name, version, content))
    write(classic, entries)
    return entries


def write(classic: Classic, entries: dict[str, list[dict[str, Any]]]) -> None:
    classic.files["/index.yaml"] = yaml.safe_dump({"apiVersion": "v1", "entries": entries}).encode()


async def take(
    registry: Registry, actor: Actor, place: str, level: str = "ann", *, force: bool = False
) -> ChartsImported:
    importer = chart_importer(registry, force=force)
    source = source_of(place, Access(plain_http=True, seconds=5))
    await source.open()
    try:
        plan = await importer.plan(source, actor, level)
        return await importer.run(plan, source, lambda _: None, jobs=4)
    finally:
        await source.close()


async def held(registry: Registry, level: str = "ann") -> dict[str, Sequence[ChartVersion]]:
    charts, now = registry.metadata.charts, registry.clock.now_ms()
    return {
        one.repository: await charts.versions(one.repository_id, now)
        for one in await charts.level(level, 0, everything=True)
    }


async def names(registry: Registry, level: str = "ann") -> dict[str, list[str]]:
    found = await held(registry, level)
    return {name: [version.chart.facts.version for version in versions] for name, versions in found.items()}


async def test_everything_comes(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, ("web", "1.0.0"), ("web", "1.1.0+b.1"), ("api", "0.1.0"))
    report = await take(registry, ann, classic.url)
    assert (report.imported, report.present, report.failed) == (3, 0, [])
    assert report.bytes == sum(len(c) for path, c in classic.files.items() if path.endswith(".tgz"))
    assert await names(registry) == {"ann/api": ["0.1.0"], "ann/web": ["1.1.0+b.1", "1.0.0"]}


async def test_a_level_below(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, ("web", "1.0.0"))
    await take(registry, ann, f"{classic.url}/index.yaml", "ann/team/a")
    assert await names(registry, "ann/team/a") == {"ann/team/a/web": ["1.0.0"]}


async def test_a_repeat_fetches_no_package(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, ("web", "1.0.0"), ("api", "0.1.0"))
    await take(registry, ann, classic.url)
    classic.asked.clear()
    report = await take(registry, ann, classic.url)
    assert (report.imported, report.present) == (0, 2)
    assert classic.paths() == ["/index.yaml"]


async def test_without_digests_a_repeat_changes_nothing(
    registry: Registry, ann: Actor, classic: Classic
) -> None:
    entries = put(classic, ("web", "1.0.0"))
    del entries["web"][0]["digest"]
    write(classic, entries)
    await take(registry, ann, classic.url)
    before = await held(registry)
    report = await take(registry, ann, classic.url)
    assert (report.imported, report.present, report.failed) == (0, 1, [])
    assert await held(registry) == before


async def test_two_at_once_share_the_work(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, *((f"web{n}", "1.0.0") for n in range(8)))
    reports = await asyncio.gather(*(take(registry, ann, classic.url) for _ in range(2)))
    assert [report.failed for report in reports] == [[], []]
    assert sum(report.imported for report in reports) == 8
    assert [report.imported + report.present for report in reports] == [8, 8]


async def test_what_broke_off_goes_on(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, *((f"web{n}", "1.0.0") for n in range(6)))
    gone = {
        path: classic.files.pop(path)
        for path in list(classic.files)
        if path.endswith(("3-1.0.0.tgz", "4-1.0.0.tgz"))
    }
    first = await take(registry, ann, classic.url)
    assert (first.imported, len(first.failed)) == (4, 2)
    classic.files |= gone
    second = await take(registry, ann, classic.url)
    assert (second.imported, second.present, second.failed) == (2, 4, [])


async def test_a_server_that_stumbles_is_asked_again(
    registry: Registry, ann: Actor, classic: Classic
) -> None:
    put(classic, ("web", "1.0.0"))
    content = classic.files["/charts/web-1.0.0.tgz"]
    tries: list[int] = []

    async def stumble(_: web.Request) -> web.StreamResponse:
        tries.append(1)
        return web.Response(status=503) if len(tries) < importing.TRIES else web.Response(body=content)

    classic.answers = {"/charts/web-1.0.0.tgz": stumble}
    assert (await take(registry, ann, classic.url)).imported == 1


async def test_the_second_address_helps(registry: Registry, ann: Actor, classic: Classic) -> None:
    entries = put(classic, ("web", "1.0.0"))
    entries["web"][0]["urls"] = ["missing.tgz", "charts/web-1.0.0.tgz"]
    write(classic, entries)
    assert (await take(registry, ann, classic.url)).imported == 1


async def test_packages_in_a_registry(registry: Registry, ann: Actor, classic: Classic) -> None:
    content = package("web", "1.0.0")
    oci(classic, content)
    entry = listed("web", "1.0.0", content, f"oci://127.0.0.1:{classic.port}/acme/web")
    write(classic, {"web": [entry]})
    assert (await take(registry, ann, classic.url)).imported == 1


async def test_the_bad_are_named_and_the_others_come(
    registry: Registry, ann: Actor, classic: Classic
) -> None:
    entries = put(classic, ("good", "1.0.0"), ("other", "1.0.0"), ("broken", "1.0.0"), ("wrong", "1.0.0"))
    classic.files["/charts/wrong-1.0.0.tgz"] += b"more"
    other = package("impostor", "6.6.6")
    classic.files["/charts/other-1.0.0.tgz"] = other
    entries["other"][0]["digest"] = hashlib.sha256(other).hexdigest()
    classic.files["/charts/broken-1.0.0.tgz"] = b"no package"
    entries["broken"][0]["digest"] = hashlib.sha256(b"no package").hexdigest()
    entries["missing"] = [listed("missing", "1.0.0", b"")]
    entries["elsewhere"] = [listed("elsewhere", "1.0.0", b"", "http://127.0.0.1:1/x.tgz")]
    entries["file"] = [listed("file", "1.0.0", b"", "file:///etc/passwd")]
    entries["escape"] = [listed("../../etc", "1.0.0", b"")]
    entries["versionless"] = [listed("versionless", "not a version", b"")]
    write(classic, entries)
    report = await take(registry, ann, classic.url)
    assert report.imported == 1
    reasons = {one.chart: one.reason for one in report.failed}
    assert len(reasons) == 8
    assert "digest" in reasons["wrong 1.0.0"]
    assert "impostor 6.6.6" in reasons["other 1.0.0"]
    assert "gzip" in reasons["broken 1.0.0"]
    assert "404" in reasons["missing 1.0.0"]
    assert "cannot be fetched" in reasons["elsewhere 1.0.0"]
    assert await names(registry) == {"ann/good": ["1.0.0"]}


async def test_hostile_answers_keep_nobody_from_coming(
    registry: Registry, ann: Actor, classic: Classic, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = put(classic, ("good", "1.0.0"), ("bomb", "1.0.0"))
    bomb = package("bomb", "1.0.0", {"values.yaml": bytes(300 * 1024 * 1024)})
    classic.files["/charts/bomb-1.0.0.tgz"] = bomb
    entries["bomb"] = [listed("bomb", "1.0.0", bomb)]
    monkeypatch.setattr(fetching, "SILENCE_SECONDS", 0.3)
    never = asyncio.Event()

    async def loop(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": request.path})

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1024 * 1024))

    async def silent(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    for name in ("loop", "endless", "silent"):
        entries[name] = [listed(name, "1.0.0", b"")]
    classic.answers = {
        "/charts/loop-1.0.0.tgz": loop,
        "/charts/endless-1.0.0.tgz": endless,
        "/charts/silent-1.0.0.tgz": silent,
    }
    write(classic, entries)
    report = await take(registry, ann, classic.url)
    never.set()
    assert (report.imported, len(report.failed)) == (1, 4)
    reasons = {one.chart.partition(" ")[0]: one.reason for one in report.failed}
    assert "on and on" in reasons["loop"]
    assert "more than" in reasons["endless"]
    assert "said nothing" in reasons["silent"]
    assert reasons["bomb"]


async def test_an_index_without_an_end(
    registry: Registry, ann: Actor, classic: Classic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classic_engine, "LARGEST_INDEX", 1024 * 1024)
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"# more\n" * 10_000)
            sent += 70_000

    classic.answers = {"/index.yaml": endless}
    with pytest.raises(SourceFailed, match="more than 1048576 bytes"):
        await take(registry, ann, classic.url)
    assert sent < 32 * 1024 * 1024


async def test_a_version_with_other_bytes_is_replaced_only_by_force(
    registry: Registry, ann: Actor, classic: Classic
) -> None:
    put(classic, ("web", "1.0.0"))
    await take(registry, ann, classic.url)
    another = package("web", "1.0.0", {"README.md": b"another"})
    classic.files["/charts/web-1.0.0.tgz"] = another
    write(classic, {"web": [listed("web", "1.0.0", another)]})
    report = await take(registry, ann, classic.url)
    assert [one.chart for one in report.failed] == ["web 1.0.0"]
    assert "--force" in report.failed[0].reason
    assert (await take(registry, ann, classic.url, force=True)).imported == 1
    [version] = (await held(registry))["ann/web"]
    assert version.chart.facts.package == f"sha256:{hashlib.sha256(another).hexdigest()}"


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"<html>log in</html>",
        b"apiVersion: v1\nentries: 1\n",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(
            b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % ((c + 1,) * 2 + (c,) * 8) for c in range(97, 110)
        ),
        b"[" * 100_000,
    ],
    ids=["empty", "page", "shape", "aliases", "deep"],
)
async def test_what_is_no_index(registry: Registry, ann: Actor, classic: Classic, index: bytes) -> None:
    classic.files["/index.yaml"] = index
    with pytest.raises(SourceFailed, match="index"):
        await take(registry, ann, classic.url)
    assert await names(registry) == {}


async def test_a_directory_without_an_index(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    place = tmp_path / "packages"
    (place / "sub").mkdir(parents=True)
    (place / "web-1.0.0.tgz").write_bytes(package("web", "1.0.0"))
    (place / "sub" / "named-otherwise.tgz").write_bytes(package("api", "2.0.0"))
    (place / "bad.tgz").write_bytes(b"bad")
    report = await take(registry, ann, str(place))
    assert (report.imported, [one.chart for one in report.failed]) == (2, ["bad.tgz"])
    assert await names(registry) == {"ann/api": ["2.0.0"], "ann/web": ["1.0.0"]}
    assert (await take(registry, ann, str(place))).present == 2


async def test_a_provenance_file_that_came_later(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    content = package("web", "1.0.0")
    (tmp_path / "web-1.0.0.tgz").write_bytes(content)
    await take(registry, ann, str(tmp_path))
    (tmp_path / "web-1.0.0.tgz.prov").write_bytes(provenance("web", "1.0.0", content))
    assert (await take(registry, ann, str(tmp_path))).failed == []
    [version] = (await held(registry))["ann/web"]
    assert version.chart.facts.provenance
    before = await held(registry)
    assert (await take(registry, ann, str(tmp_path))).present == 1
    assert await held(registry) == before


async def test_a_provenance_file_of_another_package_is_named(
    registry: Registry, ann: Actor, classic: Classic
) -> None:
    put(classic, ("web", "1.0.0"), ("api", "1.0.0"))
    classic.files["/charts/web-1.0.0.tgz.prov"] = provenance("web", "1.0.0", b"another")
    signed = provenance("api", "1.0.0", classic.files["/charts/api-1.0.0.tgz"])
    classic.files["/charts/api-1.0.0.tgz.prov"] = signed
    report = await take(registry, ann, classic.url)
    assert [(one.chart, "provenance" in one.reason) for one in report.failed] == [("web 1.0.0", True)]
    [version] = (await held(registry))["ann/api"]
    assert version.chart.facts.provenance == f"sha256:{hashlib.sha256(signed).hexdigest()}"


async def test_a_directory_with_an_index_of_half_of_it(
    registry: Registry, ann: Actor, tmp_path: Path
) -> None:
    content = package("web", "1.0.0")
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "web-1.0.0.tgz").write_bytes(content)
    (tmp_path / "api-2.0.0.tgz").write_bytes(package("api", "2.0.0"))
    index = {"apiVersion": "v1", "entries": {"web": [listed("web", "1.0.0", content)]}}
    (tmp_path / "index.yaml").write_text(yaml.safe_dump(index))
    report = await take(registry, ann, str(tmp_path))
    assert (report.imported, report.failed) == (2, [])


async def test_who_may_not_push_imports_nothing(registry: Registry, ann: Actor, classic: Classic) -> None:
    put(classic, ("web", "1.0.0"))
    bob = await add_user(registry, "bob")
    report = await take(registry, bob, classic.url)
    assert (report.imported, len(report.failed)) == (0, 1)
    assert await names(registry) == {}


async def test_a_full_disk_ends_it(
    registry: Registry, ann: Actor, classic: Classic, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(classic, *((f"web{n}", "1.0.0") for n in range(20)))

    async def full(*_: object, **__: object) -> None:
        raise StorageFull("no space left")

    monkeypatch.setattr("charthouse.services.charts.publishing.ChartPublisher.publish", full)
    with pytest.raises(StorageFull):
        await take(registry, ann, classic.url)
    assert len(classic.asked) < 20
