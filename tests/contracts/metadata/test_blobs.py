"""Which repository holds which blob."""

from __future__ import annotations

import asyncio

import pytest

from charthouse.model.errors import Conflict, ManifestBlobUnknown, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.ports.content import LinkBlob, Target
from charthouse.ports.reads import BlobRow

from .world import KEPT, NOW, World, blob_digest, image

APP = "alice/app"


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


async def _repository_id(world: World, path: str = APP) -> int:
    found = await world.reads.access((await world.store.accounts.by_name("alice")).account_id, path)  # type: ignore[union-attr]
    return found.repository_id


async def test_linked_blob_is_seen_everywhere(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", key="k1")
    for reads in (world.reads, world.peer_reads):
        assert await reads.blob(alice, APP, digest) == BlobRow(digest, 5, "k1", KEPT)


async def test_blob_is_reached_through_its_repository_only(world: World, alice: int) -> None:
    bob = await world.user("bob")
    digest = await world.push_blob(APP, alice, "layer")
    await world.repository("alice/other", alice)
    assert await world.reads.blob(bob, APP, digest) is None
    assert await world.reads.blob(0, APP, digest) is None
    assert await world.reads.blob(alice, "alice/other", digest) is None
    assert await world.reads.blob(alice, APP, blob_digest("other")) is None


async def test_sizes_beyond_32_bits(world: World, alice: int) -> None:
    target = Target(RepositoryName(APP), alice, create=True)
    digest = blob_digest("huge")
    await world.store.blobs.link(LinkBlob(target, digest, 20 << 40, "k1", KEPT, NOW))
    row = await world.reads.blob(alice, APP, digest)
    assert row is not None
    assert row.size == 20 << 40


async def test_link_makes_no_repository_unless_told(world: World, alice: int) -> None:
    target = Target(RepositoryName(APP), alice)
    with pytest.raises(NameUnknown):
        await world.store.blobs.link(LinkBlob(target, blob_digest("x"), 1, "k1", KEPT, NOW))
    assert await world.harness.counts() == {"account": 1}


async def test_the_first_key_wins(world: World, alice: int) -> None:
    digest = blob_digest("layer")
    for number, path in enumerate((APP, APP, "alice/other")):
        target = Target(RepositoryName(path), alice, create=True)
        command = LinkBlob(target, digest, 5, f"k{number}", KEPT, NOW)
        assert await world.store.blobs.link(command) == "k0"
    for path in (APP, "alice/other"):
        row = await world.reads.blob(alice, path, digest)
        assert row is not None
        assert row.key == "k0"


async def test_one_of_many_at_once_keeps_its_bytes(world: World, alice: int) -> None:
    stores = [world.harness.store, world.harness.peer]
    target = Target(RepositoryName(APP), alice, create=True)
    digest = blob_digest("layer")
    keys = await asyncio.gather(
        *(stores[n % 2].blobs.link(LinkBlob(target, digest, 5, f"k{n}", KEPT, NOW)) for n in range(50))
    )
    assert len(set(keys)) == 1


async def test_link_extends_the_time_that_a_blob_is_kept(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", until=NOW + 10)
    for until, kept in ((NOW + 20, NOW + 20), (NOW + 5, NOW + 20)):
        await world.push_blob(APP, alice, "layer", until=until)
        row = await world.reads.blob(alice, APP, digest)
        assert row is not None
        assert row.kept_until_ms == kept


async def test_keep(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", until=NOW + 10)
    repository_id = await _repository_id(world)
    blobs = world.store.blobs
    assert await blobs.keep(repository_id, digest, NOW + 20)
    assert await blobs.keep(repository_id, digest, NOW + 5)
    row = await world.reads.blob(alice, APP, digest)
    assert row is not None
    assert row.kept_until_ms == NOW + 20
    assert not await blobs.keep(repository_id, blob_digest("other"), NOW)
    assert not await blobs.keep(repository_id + 1, digest, NOW)


async def test_mount_from_where_the_account_may_read(world: World, alice: int) -> None:
    bob = await world.user("bob")
    digest = await world.push_blob(APP, alice, "layer", key="k1")
    assert await world.mount("alice/other", alice, digest, APP)
    assert await world.reads.blob(alice, "alice/other", digest) == BlobRow(digest, 5, "k1", KEPT)
    assert await world.mount("alice/third", alice, digest, None)
    for source in (APP, None, "bob/app", "nowhere/app"):
        assert not await world.mount("bob/app", bob, digest, source)
    assert (await world.reads.access(bob, "bob/app")).repository_id == 0
    await world.store.repositories.set_visibility(await _repository_id(world), public=True)
    assert await world.mount("bob/app", bob, digest, None)
    assert await world.mount("bob/second", bob, digest, APP)
    assert not await world.mount("bob/third", bob, digest, "alice/third")
    assert not await world.mount("bob/third", bob, blob_digest("other"), None)


async def test_mount_finds_nothing_where_the_named_source_lacks_it(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer")
    await world.repository("alice/empty", alice)
    assert not await world.mount("alice/other", alice, digest, "alice/empty")


async def test_mount_of_a_disabled_account(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer")
    await world.store.accounts.set_enabled(alice, enabled=False)
    assert not await world.mount("alice/other", alice, digest, None)


async def test_unlink_is_seen_everywhere(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer")
    await world.mount("alice/other", alice, digest, APP)
    repository_id = await _repository_id(world)
    assert await world.store.blobs.unlink(repository_id, digest)
    for reads in (world.reads, world.peer_reads):
        assert await reads.blob(alice, APP, digest) is None
        assert await reads.blob(alice, "alice/other", digest) is not None
    assert not await world.store.blobs.unlink(repository_id, digest)
    assert not await world.store.blobs.unlink(repository_id + 7, digest)


async def test_needed_blob_is_not_unlinked(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "foreign")
    await world.push_blob(APP, alice, "layer")
    manifest = await world.push(APP, alice, image("layer", absent=["foreign"]), "v1")
    repository_id = await _repository_id(world)
    for layer in ("layer", "foreign"):
        with pytest.raises(Conflict, match=manifest):
            await world.store.blobs.unlink(repository_id, blob_digest(layer))
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    with pytest.raises(Conflict):
        await world.store.blobs.unlink(repository_id, blob_digest("layer"))
    await world.store.manifests.delete_manifest(repository_id, manifest, NOW)
    assert await world.store.blobs.unlink(repository_id, blob_digest("layer"))


async def test_a_manifest_elsewhere_does_not_matter(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "layer", "v1")
    await world.mount("alice/other", alice, blob_digest("layer"), APP)
    assert await world.store.blobs.unlink(await _repository_id(world, "alice/other"), blob_digest("layer"))


async def test_quarantined_blob_is_unknown_until_pushed_again(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", key="bad")
    await world.mount("alice/other", alice, digest, APP)
    [stored] = await world.store.collection.blobs(0, 10)
    assert not await world.store.collection.quarantine(stored.blob_id, "another key")
    assert await world.store.collection.quarantine(stored.blob_id, "bad")
    assert not await world.store.collection.quarantine(stored.blob_id, "bad")
    await _assert_unknown(world, alice, digest)
    await world.push_blob(APP, alice, "layer", key="good")
    for path in (APP, "alice/other"):
        row = await world.peer_reads.blob(alice, path, digest)
        assert row is not None
        assert row.key == "good"


async def test_lost_blob_is_unknown_until_pushed_again(world: World, alice: int) -> None:
    digest = await world.push_blob(APP, alice, "layer", key="bad")
    await world.store.blobs.lose(digest, "another key")
    await world.store.blobs.lose(blob_digest("other"), "bad")
    assert await world.reads.blob(alice, APP, digest) is not None
    await world.store.blobs.lose(digest, "bad")
    await world.store.blobs.lose(digest, "bad")
    await _assert_unknown(world, alice, digest)
    await world.push_blob("alice/third", alice, "layer", key="good")
    assert await world.reads.blob(alice, APP, digest) == BlobRow(digest, 5, "good", KEPT)


async def _assert_unknown(world: World, alice: int, digest: str) -> None:
    repository_id = await _repository_id(world)
    for path in (APP, "alice/other"):
        assert await world.peer_reads.blob(alice, path, digest) is None
    assert not await world.store.blobs.keep(repository_id, digest, KEPT)
    assert not await world.store.blobs.unlink(repository_id, digest)
    assert not await world.mount("alice/mounted", alice, blob_digest("layer"), None)
    assert await world.store.collection.blobs(0, 10) == []
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, image("layer"), "v1")
