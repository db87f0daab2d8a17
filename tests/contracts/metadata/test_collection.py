"""Collection takes what nothing needs, and nothing else; the preview says the same."""

from __future__ import annotations

import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import ManifestBlobUnknown
from charthouse.ports.upkeep import Garbage, StoredBlob, Terms

from .world import DAY, KEPT, NOW, World, blob_digest, image, index, put_command

APP = "alice/app"
LATER = NOW + DAY
"""Long after what the tests push at NOW: beyond every grace period."""


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


@pytest.fixture
async def repository_id(world: World, alice: int) -> int:
    return await world.repository(APP, alice)


async def collect(world: World, now: int = LATER, before: int = LATER) -> Garbage:
    """Do what the collecting job does, in small steps; the preview must have said so."""
    collection = world.harness.peer.collection
    terms = Terms(now, now - before, 0)
    promised = await world.store.collection.preview(terms)
    tags = manifests = links = blobs = size = 0
    while await collection.expire_tags(now, 2):
        pass
    while taken := await collection.sweep_history(terms, 2):
        tags += taken
    while taken := await collection.sweep_manifests(terms, 2):
        manifests += taken
    while taken := await collection.sweep_links(now, 2):
        links += taken
    while (some := await collection.sweep_blobs(now, 2)) != Garbage():
        blobs, size = blobs + some.blobs, size + some.bytes
    done = Garbage(tags, manifests, links, blobs, size)
    assert done == promised
    assert await world.store.collection.preview(terms) == Garbage()
    return done


async def digests(world: World, account_id: int, *candidates: Digest) -> list[Digest]:
    """Return those manifests that are there."""
    return [d for d in candidates if await world.reads.manifest(account_id, APP, d) is not None]


async def test_nothing_to_collect(world: World, alice: int) -> None:
    assert await collect(world) == Garbage()
    await world.push_image(APP, alice, "layer", "v1")
    assert await collect(world) == Garbage()


async def test_untagged_manifest_goes_with_its_blobs(world: World, alice: int) -> None:
    tagged = await world.push_image(APP, alice, "kept", "v1")
    await world.push_image(APP, alice, "layer")
    await world.push_blob(APP, alice, "never named")
    assert await collect(world) == Garbage(0, 1, 2, 2, len("layer") + len("never named"))
    assert await world.reads.blob(alice, APP, blob_digest("layer")) is None
    assert await world.reads.blob(alice, APP, blob_digest("kept")) is not None
    assert await digests(world, alice, tagged) == [tagged]
    assert await world.store.collection.doomed(LATER, 10) == [f"{APP}:layer", f"{APP}:never named"]


async def test_young_things_stay(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "layer")
    assert await collect(world, now=KEPT, before=NOW) == Garbage()
    assert await collect(world, now=KEPT + 1, before=NOW) == Garbage()
    assert await collect(world, now=KEPT, before=NOW + 1) == Garbage(0, 1, 0, 0, 0)
    assert await collect(world, now=KEPT + 1, before=NOW + 1) == Garbage(0, 0, 1, 1, 5)


async def test_a_push_again_makes_young(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer")
    await world.push_image(APP, alice, "layer", now=NOW + 10)
    assert await collect(world, before=NOW + 10) == Garbage()
    assert await digests(world, alice, digest) == [digest]


async def test_deleted_tag_is_held_by_the_time_machine(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    await world.store.manifests.delete_tag(repository_id, "v1", NOW + 10)
    assert await collect(world, before=NOW + 10) == Garbage()
    assert await digests(world, alice, digest) == [digest]
    assert await collect(world, before=NOW + 11) == Garbage(1, 1, 1, 1, 5)


async def test_moved_tag_leaves_its_manifest_to_the_time_machine(world: World, alice: int) -> None:
    old = await world.push_image(APP, alice, "old", "latest")
    new = await world.push_image(APP, alice, "new", "latest", now=NOW + 10)
    assert await collect(world, before=NOW + 10) == Garbage()
    assert await collect(world, before=NOW + 11) == Garbage(1, 1, 1, 1, 3)
    assert await digests(world, alice, old, new) == [new]


async def test_deleted_manifest_stays_hidden_then_goes(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    await world.store.manifests.delete_manifest(repository_id, digest, NOW + 10)
    assert await collect(world, before=NOW + 10) == Garbage()
    assert await world.reads.blob(alice, APP, blob_digest("layer")) is not None
    assert await collect(world, before=NOW + 11) == Garbage(1, 1, 1, 1, 5)


async def test_a_needed_index_needs_its_children(world: World, alice: int, repository_id: int) -> None:
    children = [await world.push_image(APP, alice, layer) for layer in ("arm", "amd")]
    inner = await world.push(APP, alice, index(*children))
    outer = await world.push(APP, alice, index(inner), "v1")
    for _ in range(2):
        assert await collect(world) == Garbage()
    assert await digests(world, alice, *children, inner, outer) == [*children, inner, outer]
    await world.store.manifests.delete_tag(repository_id, "v1", LATER)
    assert await collect(world, before=LATER) == Garbage()
    assert await collect(world, now=2 * LATER, before=LATER + 1) == Garbage(1, 4, 2, 2, 6)


async def test_an_index_comes_back_only_with_its_children(world: World, alice: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    await world.push(APP, alice, index(child), now=NOW + 1)
    assert (
        await world.store.collection.sweep_manifests(Terms(LATER, 0, 0), 1) == 1
    )  # the child, and not yet the index
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, index(child), "v1", now=LATER)
    await world.push_image(APP, alice, "layer", now=LATER)
    await world.push(APP, alice, index(child), "v1", now=LATER)


async def test_child_with_a_tag_outlives_its_index(world: World, alice: int) -> None:
    child = await world.push_image(APP, alice, "layer", "v1")
    parent = await world.push(APP, alice, index(child))
    assert await collect(world) == Garbage(0, 1, 0, 0, 0)
    assert await digests(world, alice, child, parent) == [child]


async def test_child_of_two_indexes(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    await world.push(APP, alice, index(child), "v1")
    other = await world.push(APP, alice, index(child, subject=digest_of(b"another")), "v2")
    await collect(world)
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    assert await collect(world) == Garbage(1, 1, 0, 0, 0)
    assert await digests(world, alice, child, other) == [child, other]


async def test_hidden_index_needs_its_children(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    parent = await world.push(APP, alice, index(child), "v1")
    await world.store.manifests.delete_manifest(repository_id, parent, NOW + 10)
    assert await collect(world, before=NOW + 10) == Garbage()
    assert await digests(world, alice, child) == [child]
    assert await collect(world, before=NOW + 11) == Garbage(1, 2, 1, 1, 5)


async def test_a_needed_subject_needs_its_referrers(world: World, alice: int, repository_id: int) -> None:
    subject = await world.push_image(APP, alice, "layer", "v1")
    await world.push_blob(APP, alice, "signature")
    signature = await world.push(APP, alice, image("signature", subject=subject))
    countersignature = await world.push(APP, alice, index(subject=signature))
    for _ in range(2):
        assert await collect(world) == Garbage()
    assert await digests(world, alice, signature, countersignature) == [signature, countersignature]
    await world.store.manifests.delete_tag(repository_id, "v1", LATER)
    assert await collect(world, now=2 * LATER, before=LATER + 1) == Garbage(1, 3, 2, 2, 14)


async def test_referrer_without_subject_waits_for_it(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "layer")
    subject = image("layer")
    digest = put_command(APP, alice, subject).digest
    referrer = await world.push(APP, alice, index(subject=digest), now=NOW)
    assert await collect(world, now=KEPT, before=NOW) == Garbage()
    await world.push(APP, alice, subject, "v1")
    assert await collect(world) == Garbage()
    assert await digests(world, alice, referrer) == [referrer]


async def test_manifests_that_only_hold_each_other_go(world: World, alice: int, repository_id: int) -> None:
    subject = await world.push_image(APP, alice, "layer")
    ring = await world.push(APP, alice, index(subject, subject=subject), "v1")
    assert await collect(world) == Garbage()
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    assert await collect(world) == Garbage(1, 2, 1, 1, 5)
    assert await digests(world, alice, subject, ring) == []


async def test_a_tag_again_saves(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    parent = await world.push(APP, alice, index(child), "v1")
    await collect(world)
    await world.store.manifests.delete_tag(repository_id, "v1", NOW)
    await world.push(APP, alice, index(child), "v2", now=NOW + 1)
    assert await collect(world) == Garbage(1, 0, 0, 0, 0)
    assert await digests(world, alice, child, parent) == [child, parent]


async def test_repositories_do_not_hold_for_each_other(world: World, alice: int) -> None:
    await world.push_image(APP, alice, "layer")
    await world.push_image("alice/other", alice, "layer", "v1")
    await world.push_blob("alice/third", alice, "layer")
    assert await collect(world) == Garbage(0, 1, 2, 0, 0)
    assert await world.reads.blob(alice, "alice/other", blob_digest("layer")) is not None
    assert await world.reads.blob(alice, "alice/third", blob_digest("layer")) is None


async def test_kept_blob_stays(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_blob(APP, alice, "layer")
    await world.store.blobs.keep(repository_id, digest, LATER)
    assert await collect(world, now=LATER) == Garbage()
    assert await collect(world, now=LATER + 1) == Garbage(0, 0, 1, 1, 5)


async def test_unlinked_blob_keeps_its_object_for_the_grace_period(
    world: World, alice: int, repository_id: int
) -> None:
    digest = await world.push_blob(APP, alice, "layer", key="k1")
    await world.store.blobs.unlink(repository_id, digest)
    assert await collect(world, now=KEPT) == Garbage()
    await world.push_blob("alice/other", alice, "layer", key="k2", until=KEPT + 10)
    row = await world.reads.blob(alice, "alice/other", digest)
    assert row is not None
    assert row.key == "k1"
    assert await collect(world, now=KEPT + 10) == Garbage()
    assert await collect(world, now=KEPT + 11) == Garbage(0, 0, 1, 1, 5)


async def test_blob_may_be_pushed_again_after_collection(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "layer", key="k1")
    await collect(world)
    await world.push_blob(APP, alice, "layer", key="k2", until=2 * LATER)
    assert await world.store.collection.doomed(LATER, 10) == ["k1"]
    row = await world.reads.blob(alice, APP, blob_digest("layer"))
    assert row is not None
    assert row.key == "k2"


async def test_manifest_ids_are_never_used_again(world: World, alice: int) -> None:
    digest = await world.push_image(APP, alice, "layer")
    before = await world.reads.manifest(alice, APP, digest)
    await collect(world)
    await world.push_image(APP, alice, "layer")
    after = await world.reads.manifest(alice, APP, digest)
    assert before is not None
    assert after is not None
    assert after.manifest_id > before.manifest_id


async def test_nothing_is_left_behind(world: World, alice: int, repository_id: int) -> None:
    """Everything that a push writes goes again, but accounts, repositories and what readers must forget."""
    child = await world.push_image(APP, alice, "layer", "v1", "v2")
    await world.push(APP, alice, index(child), "v2", "v3")
    await world.push(APP, alice, index(subject=child), sparse=True)
    await world.push_image(APP, alice, "second", "v1")
    await world.mount("alice/other", alice, blob_digest("layer"), None)
    for tag in ("v1", "v2", "v3"):
        assert await world.store.manifests.delete_tag(repository_id, tag, NOW)
    await collect(world)
    await world.store.collection.forget_doomed(await world.store.collection.doomed(LATER, 100))
    counts = await world.harness.counts()
    assert set(counts) == {"account", "repository", "repository_grant", "change_log"}


async def test_doomed_keys(world: World) -> None:
    collection = world.store.collection
    await collection.doom([], NOW)
    await collection.doom(["b", "a", "a"], NOW)
    await collection.doom(["a", "c"], NOW + 1)
    assert await collection.doomed(NOW - 1, 10) == []
    assert await collection.doomed(NOW, 10) == ["a", "b"]
    assert await collection.doomed(NOW + 1, 10) == ["a", "b", "c"]
    assert await collection.doomed(NOW + 1, 2) == ["a", "b"]
    await collection.forget_doomed([])
    await collection.forget_doomed(["a", "nothing"])
    assert await world.harness.peer.collection.doomed(LATER, 10) == ["b", "c"]


async def test_a_used_key_is_not_doomed(world: World, alice: int, repository_id: int) -> None:
    collection = world.store.collection
    await collection.doom(["late"], NOW)
    await world.push_blob(APP, alice, "layer", key="late")
    await world.push_blob(APP, alice, "other", key="used")
    await collection.doom(["used", "free"], NOW)
    assert await collection.doomed(LATER, 10) == ["free"]
    await world.store.blobs.unlink(repository_id, blob_digest("layer"))
    assert await collect(world) == Garbage(0, 0, 1, 2, 10)
    assert sorted(await collection.doomed(LATER, 10)) == ["free", "late", "used"]


async def test_holders_by_bytes(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_blob(APP, alice, "layer")
    for path in ("alice/b", "alice/a-b", "alice/a/b"):
        await world.mount(path, alice, digest, APP)
    [stored] = await world.store.collection.blobs(0, 10)
    names = sorted([APP, "alice/b", "alice/a-b", "alice/a/b"])
    assert await world.store.collection.holders(stored.blob_id, 10) == names
    assert await world.store.collection.holders(stored.blob_id, 2) == names[:2]
    assert await world.store.collection.holders(stored.blob_id + 1, 10) == []


async def test_unknown_keys(world: World, alice: int) -> None:
    await world.push_blob(APP, alice, "layer", key="k1")
    await world.store.collection.doom(["k2"], NOW)
    unknown = await world.store.collection.unknown_keys(["k3", "k1", "k2", "K1"])
    assert unknown == ["k3", "k2", "K1"]
    assert await world.store.collection.unknown_keys([]) == []


async def test_blobs_in_order_of_id(world: World, alice: int) -> None:
    for number in range(5):
        await world.push_blob(APP, alice, f"layer {number}", key=f"k{number}")
    found: list[StoredBlob] = []
    while page := await world.store.collection.blobs(found[-1].blob_id if found else 0, 2):
        found += page
    assert [blob.key for blob in found] == ["k0", "k1", "k2", "k3", "k4"]
    assert found[0] == StoredBlob(found[0].blob_id, blob_digest("layer 0"), 7, "k0")
