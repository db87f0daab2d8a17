"""Collection and scrubbing on the real SQLite and filesystem engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.compose import Registry, Upkeep
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import digest_of
from charthouse.model.errors import BlobUnknown, ManifestUnknown, Unavailable
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor
from charthouse.ports.content import LinkBlob
from charthouse.services.collection import Collected
from charthouse.services.leftovers import Left
from charthouse.services.registry.intake import Chunk
from charthouse.services.scrub import Damage, Reason
from tests.support.clock import ManualClock
from tests.support.registry import once, push_blob, push_image, read_blob

APP = RepositoryName("ann/app")
DAY = 86_400


async def objects(registry: Registry) -> int:
    return len([item async for item in registry.store.objects()])


async def test_a_deleted_tag_goes_with_its_blobs_after_its_window(
    registry: Registry, ann: Actor, clock: ManualClock
) -> None:
    collector = Upkeep(registry).collector
    await push_image(registry, ann, APP, "v1", b"config", b"layer 1", b"shared")
    await push_image(registry, ann, APP, "v2", b"config", b"layer 2", b"shared")
    await registry.writer.delete_manifest(ann, APP, Tag("v1"))
    clock.advance(13 * DAY)
    assert not await collector.collect()
    clock.advance(2 * DAY)
    foretold = await collector.preview()
    taken = await collector.collect()
    assert taken == Collected(tags=1, manifests=1, links=1, blobs=1, bytes=7, objects=1)
    assert (foretold.tags, foretold.manifests, foretold.links, foretold.bytes) == (1, 1, 1, 7)
    assert await objects(registry) == 3
    assert await read_blob(registry, ann, APP, digest_of(b"shared")) == b"shared"
    with pytest.raises(BlobUnknown):
        await read_blob(registry, ann, APP, digest_of(b"layer 1"))
    with pytest.raises(ManifestUnknown):
        await registry.reader.manifest(ann, APP, "v1")


async def test_objects_that_were_not_deleted_when_it_broke_off_go_next_time(
    registry: Registry, ann: Actor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await push_blob(registry, ann, APP, b"unneeded")
    clock.advance(DAY)
    collector = Upkeep(registry).collector

    async def broken(_: str) -> None:
        raise Unavailable("the disk does not work")

    with monkeypatch.context() as patch:
        patch.setattr(registry.store, "delete", broken)
        with pytest.raises(Unavailable):
            await collector.collect()
    assert await objects(registry) == 1
    assert await collector.collect() == Collected(objects=1)
    assert await objects(registry) == 0


async def test_a_link_whose_fate_is_not_known_keeps_its_bytes(
    registry: Registry, ann: Actor, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection ends after the database has committed: nobody may delete what it may use now."""
    link = registry.metadata.blobs.link

    async def cut_off(command: LinkBlob) -> str:
        await link(command)
        raise Unavailable("the connection was lost")

    with monkeypatch.context() as patch:
        patch.setattr(registry.metadata.blobs, "link", cut_off)
        with pytest.raises(Unavailable):
            await push_blob(registry, ann, APP, b"linked all the same")
    assert await read_blob(registry, ann, APP, digest_of(b"linked all the same")) == b"linked all the same"


async def test_orphans_and_forgotten_uploads(registry: Registry, ann: Actor, clock: ManualClock) -> None:
    upkeep = Upkeep(registry)
    await registry.store.put(digest_of(b"orphan"), b"orphan")
    upload = await registry.uploads.begin(ann, APP)
    await registry.uploads.append(ann, APP, upload.upload_id, Chunk(), once(b"half"))
    writer = await registry.store.begin("without-session")
    await writer.append(b"123", make_hasher("sha256"))
    await writer.suspend()
    clock.advance(3 * DAY)
    assert (await upkeep.leftovers.preview()).uploads == 2
    assert await upkeep.leftovers.expire_uploads() == Left(uploads=1, upload_bytes=4)
    assert await upkeep.leftovers.tidy() == Left(uploads=1, upload_bytes=3, orphans=1, orphan_bytes=6)
    clock.advance(DAY)
    assert await upkeep.collector.collect() == Collected(objects=1)
    assert await objects(registry) == 0
    assert [item async for item in registry.store.uploads()] == []


async def test_scrub_sets_damage_aside_and_a_push_repairs_it(registry: Registry, ann: Actor) -> None:
    sound, changed, missing = [
        await push_blob(registry, ann, APP, payload) for payload in (b"sound", b"changed", b"missing")
    ]
    for digest, content in ((changed, b"cHanged"), (missing, None)):
        path = registry.store.path((await registry.reader.blob(ann, APP, digest)).row.key)
        assert path is not None
        Path(path).unlink() if content is None else Path(path).write_bytes(content)
    scrubber = Upkeep(registry).scrubber(rate=0)
    assert (await scrubber.scrub()).damaged == [
        Damage(changed, Reason.DIGEST, [APP]),
        Damage(missing, Reason.MISSING, [APP]),
    ]
    assert await read_blob(registry, ann, APP, sound) == b"sound"
    for digest, payload in ((changed, b"changed"), (missing, b"missing")):
        with pytest.raises(BlobUnknown):
            await read_blob(registry, ann, APP, digest)
        await push_blob(registry, ann, APP, payload)
        assert await read_blob(registry, ann, APP, digest) == payload
    assert (await scrubber.scrub()).damaged == []
