"""A static repository: everything an index shows, in files that any web server can serve."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from charthouse.compose import Registry
from charthouse.compose.chart_transfer import chart_exporter
from charthouse.engines.layouts.factory import repository_to_write
from charthouse.model.errors import DigestInvalid, InvalidRequest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.charts.exporting import ChartsExported
from tests.support.packages import package, push_chart
from tests.support.registry import add_user, push_image, registry_in

SIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path / "registry") as opened:
        yield opened


@pytest.fixture
async def ann(registry: Registry) -> Actor:
    return await add_user(registry, "ann")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


async def export(registry: Registry, actor: Actor, site: Path, level: str = "ann") -> ChartsExported:
    exporter = chart_exporter(registry)
    plan = await exporter.plan(actor, level)
    layout = repository_to_write(site)
    await layout.open()
    try:
        return await exporter.run(plan, layout, lambda _: None)
    finally:
        await layout.close()


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def versions(site: Path, index: str = "index.yaml") -> dict[str, list[str]]:
    found = yaml.safe_load((site / index).read_text())
    assert found["apiVersion"] == "v1"
    return {name: [entry["version"] for entry in entries] for name, entries in found["entries"].items()}


async def test_packages_provenance_and_an_index_of_them(registry: Registry, ann: Actor, site: Path) -> None:
    one, two = package("web", "1.0.0"), package("web", "1.1.0+b.2")
    await push_chart(registry, ann, "ann/web", "1.0.0", one, SIGNED)
    await push_chart(registry, ann, "ann/web", "1.1.0_b.2", two)
    await push_chart(registry, ann, "ann/api", "2.0.0", package("api", "2.0.0"))
    report = await export(registry, ann, site)
    held = files(site)
    assert held.keys() == {
        "index.yaml",
        "charts/web-1.0.0.tgz",
        "charts/web-1.0.0.tgz.prov",
        "charts/web-1.1.0+b.2.tgz",
        "charts/api-2.0.0.tgz",
    }
    assert (held["charts/web-1.0.0.tgz"], held["charts/web-1.0.0.tgz.prov"]) == (one, SIGNED)
    assert versions(site) == {"api": ["2.0.0"], "web": ["1.1.0+b.2", "1.0.0"]}
    for entries in yaml.safe_load(held["index.yaml"])["entries"].values():
        for entry in entries:
            assert entry["digest"] == hashlib.sha256(held[entry["urls"][0]]).hexdigest()
    assert (report.charts, report.versions, report.files, report.levels) == (2, 3, 4, 1)


async def test_a_second_export_writes_what_is_new_or_damaged(
    registry: Registry, ann: Actor, site: Path
) -> None:
    await push_chart(registry, ann, "ann/web", "1.0.0", package("web", "1.0.0"))
    assert (await export(registry, ann, site)).written == 2
    first = files(site)
    assert (await export(registry, ann, site)).written == 0
    await push_chart(registry, ann, "ann/web", "1.1.0", package("web", "1.1.0"))
    assert (await export(registry, ann, site)).written == 2
    place = site / "charts/web-1.0.0.tgz"
    place.write_bytes(b"x" * len(place.read_bytes()))
    assert (await export(registry, ann, site)).written == 1
    assert files(site)["charts/web-1.0.0.tgz"] == first["charts/web-1.0.0.tgz"]


async def test_an_export_that_broke_off_goes_on(registry: Registry, ann: Actor, site: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        await push_chart(registry, ann, "ann/web", version, package("web", version))
    steps = 0

    def broken(_: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise KeyboardInterrupt

    exporter = chart_exporter(registry)
    plan = await exporter.plan(ann, "ann")
    layout = repository_to_write(site)
    await layout.open()
    with pytest.raises(KeyboardInterrupt):
        await exporter.run(plan, layout, broken)
    assert versions(site) == {}
    assert (await export(registry, ann, site)).written == 2
    assert versions(site) == {"web": ["1.1.0", "1.0.0"]}


async def test_levels_below_lie_in_directories(registry: Registry, ann: Actor, site: Path) -> None:
    await push_chart(registry, ann, "ann/web", "1.0.0", package("web", "1.0.0"))
    await push_chart(registry, ann, "ann/team/a/db", "3.0.0", package("db", "3.0.0"))
    report = await export(registry, ann, site)
    assert report.levels == 2
    assert versions(site) == {"web": ["1.0.0"]}
    assert versions(site, "team/a/index.yaml") == {"db": ["3.0.0"]}
    assert (site / "team/a/charts/db-3.0.0.tgz").is_file()
    await export(registry, ann, site / "below", "ann/team")
    assert versions(site / "below", "a/index.yaml") == {"db": ["3.0.0"]}
    assert versions(site / "below") == {}


async def test_what_no_index_shows_stays_away(registry: Registry, ann: Actor, site: Path) -> None:
    await push_chart(registry, ann, "ann/web", "1.0.0", package("web", "1.0.0"))
    await push_chart(registry, ann, "ann/web", "latest", package("web", "1.1.0"))
    await push_chart(registry, ann, "ann/other", "1.0.0", package("web", "1.0.0"))
    await push_chart(registry, ann, "ann/broken", "1.0.0", b"no package")
    await push_image(registry, ann, RepositoryName("ann/app"), "1.0.0", b"config", b"layer")
    await export(registry, ann, site)
    assert versions(site) == {"web": ["1.0.0"]}
    assert files(site).keys() == {"index.yaml", "charts/web-1.0.0.tgz"}


async def test_others_see_what_they_may_read(registry: Registry, ann: Actor, site: Path) -> None:
    await push_chart(registry, ann, "ann/web", "1.0.0", package("web", "1.0.0"))
    bob = await add_user(registry, "bob")
    with pytest.raises(InvalidRequest, match="no chart"):
        await export(registry, bob, site)
    assert not site.exists()


async def test_a_directory_of_something_else_is_left_alone(
    registry: Registry, ann: Actor, site: Path
) -> None:
    await push_chart(registry, ann, "ann/web", "1.0.0", package("web", "1.0.0"))
    site.mkdir()
    (site / "notes.txt").write_text("mine")
    with pytest.raises(InvalidRequest, match="no chart repository"):
        await export(registry, ann, site)
    assert files(site) == {"notes.txt": b"mine"}


async def test_damaged_bytes_are_never_written(
    registry: Registry, ann: Actor, site: Path, tmp_path: Path
) -> None:
    content = package("web", "1.0.0")
    await push_chart(registry, ann, "ann/web", "1.0.0", content)
    for path in (tmp_path / "registry" / "blobs").rglob("*"):
        if path.is_file() and path.read_bytes() == content:
            path.chmod(0o600)
            path.write_bytes(b"x" * len(content))
    with pytest.raises(DigestInvalid, match="damaged"):
        await export(registry, ann, site)
    assert files(site) == {"index.yaml": b"apiVersion: v1\nentries: {}\n"}
