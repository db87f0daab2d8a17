"""Export and import between registries, through directories and archives."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.compose import Registry, Upkeep
from charthouse.engines.layouts.factory import layout_to_read, layout_to_write
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import (
    Denied,
    DigestInvalid,
    InvalidRequest,
    ManifestBlobUnknown,
    ManifestUnknown,
    NameUnknown,
)
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.services.transfer.exporting import Exported
from charthouse.services.transfer.importing import Imported
from tests.support.registry import (
    add_user,
    image_manifest,
    index_manifest,
    push_blob,
    push_image,
    push_manifest,
    read_blob,
    registry_in,
)

APP = RepositoryName("ann/app")
COPY = RepositoryName("ann/copy")
LARGE = bytes(range(256)) * 10_000


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Registry]:
    """Another registry, whose user ann has nothing yet."""
    async with registry_in(tmp_path / "other") as opened:
        await add_user(opened, "ann")
        yield opened


@pytest.fixture(params=["layout", "layout.tar"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


async def export(
    registry: Registry, actor: Actor, place: Path, reference: Tag | Digest | None = None
) -> Exported:
    exporter = Upkeep(registry).exporter
    plan = await exporter.plan(actor, APP, reference)
    layout = layout_to_write(place)
    done: list[int] = []
    try:
        await layout.open()
        report = await exporter.run(plan, layout, done.append)
    finally:
        await layout.close()
    assert sum(done) == plan.bytes
    return report


async def load(
    registry: Registry, actor: Actor, place: Path, name: RepositoryName = COPY, tag: str | None = None
) -> Imported:
    importer = Upkeep(registry).importer
    layout = layout_to_read(place)
    done: list[int] = []
    try:
        await layout.open()
        plan = await importer.plan(layout, None if tag is None else Tag(tag))
        report = await importer.run(plan, layout, actor, name, done.append)
    finally:
        await layout.close()
    assert sum(done) == plan.bytes
    return report


async def everything(registry: Registry, ann: Actor) -> dict[str, Digest]:
    """Push tags, an index with children, and referrers of both; return their digests."""
    plain = await push_image(registry, ann, APP, "plain", b"config", LARGE, b"")
    await push_manifest(registry, ann, APP, (await manifest(registry, ann, APP, plain)), "same")
    child = await push_image(registry, ann, APP, "", b"config", b"child")
    await push_image(registry, ann, APP, "elsewhere", b"config", b"elsewhere")
    index = await push_manifest(registry, ann, APP, index_manifest([child]), "index")
    signature = await push_image(registry, ann, APP, "", b"signature", subject=child)
    of_signature = await push_image(registry, ann, APP, "", b"of the signature", subject=signature)
    unrelated = await push_image(registry, ann, APP, "", b"untagged")
    return {
        "plain": plain,
        "child": child,
        "index": index,
        "signature": signature,
        "of_signature": of_signature,
        "unrelated": unrelated,
    }


async def manifest(registry: Registry, actor: Actor, name: RepositoryName, reference: str) -> bytes:
    return (await registry.reader.manifest(actor, name, reference)).row.content


async def owner(registry: Registry) -> Actor:
    account = await registry.metadata.accounts.by_name("ann")
    assert account is not None
    from charthouse.services.identity.actors import Standings

    return Standings().actor(account)


async def test_a_whole_repository(registry: Registry, ann: Actor, other: Registry, place: Path) -> None:
    pushed = await everything(registry, ann)
    report = await export(registry, ann, place)
    assert sorted(report.tags) == ["elsewhere", "index", "plain", "same"]
    assert (report.manifests, report.missing) == (6, [])
    actor = await owner(other)
    loaded = await load(other, actor, place)
    assert sorted(loaded.tags) == ["elsewhere", "index", "plain", "same"]
    assert (loaded.manifests, loaded.blobs, loaded.pushed) == (6, 7, 7)
    assert await other.reader.tags(actor, COPY, "", 10) == ["elsewhere", "index", "plain", "same"]
    for kind, digest in pushed.items():
        if kind == "unrelated":
            with pytest.raises(ManifestUnknown):
                await manifest(other, actor, COPY, digest)
        else:
            assert await manifest(other, actor, COPY, digest) == await manifest(registry, ann, APP, digest)
    assert await read_blob(other, actor, COPY, digest_of(LARGE)) == LARGE
    page = await other.reader.referrers(actor, COPY, pushed["child"])
    assert [referrer.digest for referrer in page.found] == [pushed["signature"]]


async def test_one_image_with_what_belongs_to_it(
    registry: Registry, ann: Actor, other: Registry, place: Path
) -> None:
    pushed = await everything(registry, ann)
    report = await export(registry, ann, place, Tag("index"))
    assert (report.tags, report.manifests) == (["index"], 4)
    actor = await owner(other)
    assert (await load(other, actor, place, tag="renamed")).tags == ["renamed"]
    assert digest_of(await manifest(other, actor, COPY, "renamed")) == pushed["index"]
    await manifest(other, actor, COPY, pushed["of_signature"])
    with pytest.raises(ManifestUnknown):
        await manifest(other, actor, COPY, pushed["plain"])


async def test_by_digest_and_under_a_new_tag(
    registry: Registry, ann: Actor, other: Registry, place: Path
) -> None:
    digest = await push_image(registry, ann, APP, "v1", b"config")
    assert (await export(registry, ann, place, digest)).tags == []
    actor = await owner(other)
    with pytest.raises(InvalidRequest, match="no tag"):
        await load(other, actor, place)
    await load(other, actor, place, tag="v2")
    assert digest_of(await manifest(other, actor, COPY, "v2")) == digest


async def test_again_changes_nothing(registry: Registry, ann: Actor, other: Registry, place: Path) -> None:
    await everything(registry, ann)
    await export(registry, ann, place)
    actor = await owner(other)
    await load(other, actor, place)
    again = await load(other, actor, place)
    assert (again.manifests, again.pushed, again.bytes) == (6, 0, 0)
    mounted = await load(other, actor, place, RepositoryName("ann/third"))
    assert (mounted.pushed, mounted.blobs) == (0, 7), "what the account can read elsewhere is mounted"


async def test_an_import_that_broke_off_goes_on(
    registry: Registry, ann: Actor, other: Registry, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await everything(registry, ann)
    await export(registry, ann, place)
    actor = await owner(other)
    whole = other.uploads.whole
    pushed: list[object] = []

    async def breaking(*arguments: object) -> None:
        if len(pushed) == 4:
            raise KeyboardInterrupt
        pushed.append(arguments[2])
        await whole(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(other.uploads, "whole", breaking)
        with pytest.raises(KeyboardInterrupt):
            await load(other, actor, place)
    assert (await load(other, actor, place)).pushed == 3


async def test_an_export_is_added_to_a_layout(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    place = tmp_path / "layout"
    first = await push_image(registry, ann, APP, "v1", b"config", b"one")
    await export(registry, ann, place, Tag("v1"))
    blob = place / "blobs" / "sha256" / digest_of(b"one").partition(":")[2]
    written = blob.stat().st_ino
    damaged = place / "blobs" / "sha256" / digest_of(b"config").partition(":")[2]
    damaged.write_bytes(b"CONFIG")
    await push_image(registry, ann, APP, "v2", b"config", b"two")
    await export(registry, ann, place, Tag("v2"))
    second = await push_image(registry, ann, APP, "v2", b"config", b"three")
    await export(registry, ann, place)
    entries = json.loads((place / "index.json").read_bytes())["manifests"]
    tags = {entry["annotations"]["org.opencontainers.image.ref.name"]: entry["digest"] for entry in entries}
    assert tags == {"v1": first, "v2": second}
    assert blob.stat().st_ino == written, "what is there is not written again"
    assert damaged.read_bytes() == b"config", "unless it is damaged"
    assert not list(place.rglob("*.part"))


async def test_an_archive_is_not_overwritten_and_not_left_in_parts(
    registry: Registry, ann: Actor, tmp_path: Path
) -> None:
    place = tmp_path / "layout.tar"
    digest = await push_image(registry, ann, APP, "v1", b"config", b"damaged")
    row = (await registry.reader.blob(ann, APP, digest_of(b"damaged"))).row
    path = registry.store.path(row.key)
    assert path is not None
    Path(path).write_bytes(b"DAMAGED")
    with pytest.raises(DigestInvalid, match="charthouse scrub"):
        await export(registry, ann, place, digest)
    assert list(tmp_path.glob("*layout*")) == []
    place.write_bytes(b"")
    with pytest.raises(InvalidRequest, match="exists already"):
        await export(registry, ann, place, digest)


async def test_a_directory_of_something_else_is_refused(
    registry: Registry, ann: Actor, tmp_path: Path
) -> None:
    await push_image(registry, ann, APP, "v1", b"config")
    place = tmp_path / "home"
    place.mkdir()
    (place / "letters").touch()
    with pytest.raises(InvalidRequest, match="something else"):
        await export(registry, ann, place)
    with pytest.raises(InvalidRequest, match="no OCI image layout"):
        await load(registry, ann, place)


async def test_missing_content_is_told(tmp_path: Path) -> None:
    async with registry_in(tmp_path / "sparse", sparse=True) as registry:
        ann = await add_user(registry, "ann")
        there = await push_image(registry, ann, APP, "", b"config")
        absent, blob = digest_of(b"never pushed"), digest_of(b"nor this")
        await push_manifest(registry, ann, APP, index_manifest([there, absent]), "v1")
        await push_manifest(registry, ann, APP, image_manifest([blob]), "v2")
        report = await export(registry, ann, tmp_path / "layout")
        assert sorted(report.missing) == sorted([absent, blob])
        await load(registry, ann, tmp_path / "layout")
    async with registry_in(tmp_path / "whole") as registry:
        ann = await add_user(registry, "ann")
        with pytest.raises(ManifestBlobUnknown):
            await load(registry, ann, tmp_path / "layout")


async def test_only_who_may_push_imports(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    await push_image(registry, ann, APP, "v1", b"config")
    await export(registry, ann, tmp_path / "layout")
    ben = await add_user(registry, "ben")
    with pytest.raises(Denied):
        await load(registry, ben, tmp_path / "layout")
    with pytest.raises(NameUnknown):
        await export(registry, ben, tmp_path / "stolen")


def tampered(place: Path, **members: bytes) -> None:
    """Make an archive of the given files."""
    with tarfile.open(place, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


async def test_bytes_that_are_not_their_digest_are_refused(
    registry: Registry, ann: Actor, other: Registry, place: Path
) -> None:
    await push_image(registry, ann, APP, "v1", b"config", b"layer")
    layout = place.with_name("sound")
    await export(registry, ann, layout)
    content = {
        str(path.relative_to(layout)): path.read_bytes() for path in layout.rglob("*") if path.is_file()
    }
    actor = await owner(other)
    for changed, error in (
        (b"layer", DigestInvalid),
        (await manifest(registry, ann, APP, "v1"), DigestInvalid),
    ):
        name = f"blobs/sha256/{digest_of(changed).partition(':')[2]}"
        (layout / name).write_bytes(changed[:-1] + b"!")
        if place.suffix:
            tampered(place, **content | {name: changed[:-1] + b"!"})
        with pytest.raises(error):
            await load(other, actor, place if place.suffix else layout)
        (layout / name).write_bytes(changed)


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "blobs/../../up"])
async def test_names_that_point_outside_are_refused(
    registry: Registry, ann: Actor, tmp_path: Path, name: str
) -> None:
    tampered(tmp_path / "a.tar", **{"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', name: b"x"})
    with pytest.raises(InvalidRequest, match="points outside"):
        await load(registry, ann, tmp_path / "a.tar")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
async def test_links_and_devices_are_refused(
    registry: Registry, ann: Actor, tmp_path: Path, kind: bytes
) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        info = tarfile.TarInfo("index.json")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(InvalidRequest, match="is a link, a device"):
        await load(registry, ann, tmp_path / "a.tar")


async def test_what_is_no_layout_is_refused(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    place = tmp_path / "a.tar"
    mark, index = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}, b'{"schemaVersion":2,"manifests":[]}'
    broken: list[tuple[dict[str, bytes], str]] = [
        ({}, "the layout has no oci-layout"),
        ({"oci-layout": b'{"imageLayoutVersion":"9"}'}, "version '9'"),
        (mark, "the layout has no index.json"),
        (mark | {"index.json": b"{"}, "index.json of the layout cannot be read"),
        (mark | {"index.json": index}, "no tag"),
    ]
    for files, message in broken:
        tampered(place, **files)
        with pytest.raises(InvalidRequest, match=message):
            await load(registry, ann, place)
    place.write_bytes(b"\x1f\x8b" + bytes(2000))
    with pytest.raises(InvalidRequest, match="decompress"):
        await load(registry, ann, place)
    with tarfile.open(place, "w") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("index.json"))
    with pytest.raises(InvalidRequest, match="twice"):
        await load(registry, ann, place)


async def test_a_link_in_a_directory_is_refused(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    place = tmp_path / "layout"
    await push_image(registry, ann, APP, "v1", b"config")
    await export(registry, ann, place)
    (place / "index.json").rename(tmp_path / "elsewhere.json")
    (place / "index.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(InvalidRequest, match="no regular file"):
        await load(registry, ann, place)


async def test_a_layout_of_several_images_must_say_which(
    registry: Registry, ann: Actor, tmp_path: Path
) -> None:
    await push_image(registry, ann, APP, "v1", b"one")
    await push_image(registry, ann, APP, "v2", b"two")
    await export(registry, ann, tmp_path / "layout")
    with pytest.raises(InvalidRequest, match="2 images"):
        await load(registry, ann, tmp_path / "layout", tag="v3")
    assert (await load(registry, ann, tmp_path / "layout", tag="v2")).manifests == 1


async def test_blobs_may_be_absent_where_the_registry_holds_them(
    registry: Registry, ann: Actor, tmp_path: Path
) -> None:
    await push_image(registry, ann, APP, "v1", b"config", b"layer")
    await export(registry, ann, tmp_path / "layout")
    (tmp_path / "layout" / "blobs" / "sha256" / digest_of(b"layer").partition(":")[2]).unlink()
    assert (await load(registry, ann, tmp_path / "layout")).pushed == 0
    assert await read_blob(registry, ann, COPY, digest_of(b"layer")) == b"layer"


async def test_a_push_meanwhile_is_no_matter(registry: Registry, ann: Actor, tmp_path: Path) -> None:
    """What was planned is written, whatever came after."""
    await push_image(registry, ann, APP, "v1", b"config", b"layer")
    exporter = Upkeep(registry).exporter
    plan = await exporter.plan(ann, APP, None)
    await push_blob(registry, ann, APP, b"more")
    await push_image(registry, ann, APP, "v1", b"config", b"newer")
    layout = layout_to_write(tmp_path / "layout")
    await layout.open()
    report = await exporter.run(plan, layout, lambda _: None)
    assert (report.tags, report.blobs) == (["v1"], 2)
