"""Tags over time: dates, moving, restoring, forgetting, and what collection leaves of them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import ManifestBlobUnknown, ManifestUnknown, RepositoryReadOnly, TagImmutable
from charthouse.model.names import Tag
from charthouse.model.permissions import RepositoryState
from charthouse.ports.accounts import AccountChange
from charthouse.ports.tags import ChangeTag, ForgetTag, RestoreTag, TagLife, TagQuery, TagTerms
from charthouse.ports.upkeep import Garbage, Terms

from .world import DAY, KEPT, NOW, World, blob_digest, image, index, put_command

APP = "alice/app"
WEEK = 7 * DAY
LOCKED = TagTerms(immutable=True)


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


@pytest.fixture
async def repository_id(world: World, alice: int) -> int:
    return await world.repository(APP, alice)


async def lives(world: World, repository_id: int, now: int = NOW, **asked: object) -> list[TagLife]:
    query = TagQuery(repository_id=repository_id, now_ms=now, **asked)  # type: ignore[arg-type]
    return await world.store.tags.lives(query)


async def change(world: World, repository_id: int, name: str, now: int = NOW, **wish: object) -> None:
    command = ChangeTag(repository_id=repository_id, name=Tag(name), now_ms=now, **wish)  # type: ignore[arg-type]
    await world.store.tags.change(command)


async def restore(
    world: World, repository_id: int, name: str, digest: Digest, now: int, window: int = WEEK
) -> bool:
    return await world.store.tags.restore(RestoreTag(repository_id, Tag(name), digest, window, now))


async def collect(world: World, now: int, window: int = WEEK, grace: int = 0) -> Garbage:
    """Do what the collecting job does, on another process's connections; the preview must have said so."""
    terms, collection = Terms(now, window, grace), world.harness.peer.collection
    promised = await world.store.collection.preview(terms)
    while await collection.expire_tags(now, 2):
        pass
    tags = manifests = links = blobs = size = 0
    while taken := await collection.sweep_history(terms, 2):
        tags += taken
    while taken := await collection.sweep_manifests(terms, 2):
        manifests += taken
    while taken := await collection.sweep_links(now, 2):
        links += taken
    while (some := await collection.sweep_blobs(now, 2)) != Garbage():
        blobs, size = blobs + some.blobs, size + some.bytes
    assert Garbage(tags, manifests, links, blobs, size) == promised
    return promised


async def there(world: World, account_id: int, *references: str, now: int = NOW) -> list[str]:
    return [
        reference
        for reference in references
        if await world.reads.manifest(account_id, APP, reference, now) is not None
    ]


async def test_lives_newest_first(world: World, alice: int, repository_id: int) -> None:
    first = await world.push_image(APP, alice, "one", "v1")
    second = await world.push_image(APP, alice, "three", "v1", "other", now=NOW + 10)
    await world.store.manifests.delete_tag(repository_id, "other", NOW + 20)
    found = await lives(world, repository_id, NOW + 30)
    assert [(life.name, life.digest, life.start_ms, life.end_ms) for life in found] == [
        ("other", second, NOW + 10, NOW + 20),
        ("v1", second, NOW + 10, None),
        ("v1", first, NOW, NOW + 10),
    ]
    assert [life.size for life in found] == [5, 5, 3]
    assert {life.media_type for life in found} == {image("x").media_type}
    assert [life.name for life in await lives(world, repository_id, live=True)] == ["v1"]
    assert [life.end_ms for life in await lives(world, repository_id, name="v1")] == [None, NOW + 10]
    assert [life.name for life in await lives(world, repository_id, part="TH")] == ["other"]
    for part in ("_", "%", "/", "v_", "\\"):
        assert await lives(world, repository_id, part=part) == []
    pages = [await lives(world, repository_id, offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert [*pages[0], *pages[1]] == await lives(world, repository_id)
    assert await lives(world, repository_id + 1) == []


async def test_a_date_ends_a_tag_everywhere(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1", "v2")
    await change(world, repository_id, "v1", expires_ms=NOW + 100)
    row = await world.reads.manifest(alice, APP, "v1", NOW + 99)
    assert row is not None
    if world.store.inline is not None:
        assert row.expires_ms == NOW + 100
    for now, tags in ((NOW + 99, ["v1", "v2"]), (NOW + 100, ["v2"])):
        assert await there(world, alice, "v1", "v2", now=now) == tags
        assert await world.reads.tags(alice, APP, now_ms=now) == tags
        targets = await world.store.manifests.tag_targets(repository_id, "", 10, now)
        assert [target.name for target in targets] == tags
        assert sorted(life.name for life in await lives(world, repository_id, now, live=True)) == tags
    assert await world.store.manifests.delete_tag(repository_id, "v1", NOW + 100) is False
    assert await there(world, alice, digest) == [digest]
    [_, ended] = await lives(world, repository_id, NOW + 200)
    assert (ended.name, ended.end_ms) in {("v1", NOW + 100), ("v2", None)}


async def test_dates_keep_their_bounds(world: World, alice: int, repository_id: int) -> None:
    await world.push_image(APP, alice, "layer", "v1")
    bounds = {"least_ms": 100, "most_ms": 1000}
    for now, asked, date in (
        (NOW, NOW + 1, NOW + 100),
        (NOW, NOW + 500, NOW + 500),
        (NOW, NOW + 5000, NOW + 1000),
        (NOW + 90, NOW + 91, NOW + 100),
        (NOW + 50, None, None),
        (NOW + 5000, NOW + 9000, NOW + 9000),  # older than the longest life
    ):
        await change(world, repository_id, "v1", now, expires_ms=asked, **bounds)
        [life] = await lives(world, repository_id)
        assert life.end_ms == date


async def test_a_push_after_its_date_begins_another_life(
    world: World, alice: int, repository_id: int
) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    await change(world, repository_id, "v1", expires_ms=NOW + 100)
    await world.push(APP, alice, image("layer"), "v1", now=NOW + 200)
    found = await lives(world, repository_id, NOW + 300)
    assert [(life.start_ms, life.end_ms) for life in found] == [(NOW + 200, None), (NOW, NOW + 100)]
    assert {life.digest for life in found} == {digest}


async def test_moving_a_tag(world: World, alice: int, repository_id: int) -> None:
    first, second = [await world.push_image(APP, alice, layer, layer) for layer in ("one", "two")]
    await change(world, repository_id, "new", digest=first)
    await change(world, repository_id, "new", NOW + 10, digest=second)
    await change(world, repository_id, "new", NOW + 20, digest=second)
    found = await lives(world, repository_id, name="new")
    assert [(life.digest, life.start_ms, life.end_ms) for life in found] == [
        (second, NOW + 10, None),
        (first, NOW, NOW + 10),
    ]
    await world.store.manifests.delete_manifest(repository_id, first, NOW + 30)
    for digest in (first, digest_of(b"nothing")):
        with pytest.raises(ManifestUnknown):
            await change(world, repository_id, "other", digest=digest)
    with pytest.raises(ManifestUnknown):
        await change(world, repository_id, "other", immutable=True)


async def test_restoring_brings_back_all_that_is_named(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    parent = await world.push(APP, alice, index(child), "v1")
    referrer = await world.push(APP, alice, image("layer", subject=parent))
    for digest in (parent, child):
        await world.store.manifests.delete_manifest(repository_id, digest, NOW + 10)
    assert await there(world, alice, "v1", parent, child, referrer) == [referrer]
    assert await collect(world, NOW + WEEK) == Garbage()
    assert await restore(world, repository_id, "v1", parent, NOW + WEEK) is True
    assert await there(world, alice, "v1", parent, child, referrer) == ["v1", parent, child, referrer]
    assert await world.reads.blob(alice, APP, blob_digest("layer")) is not None
    assert await collect(world, NOW + 4 * WEEK) == Garbage(1, 0, 0, 0, 0)
    assert await there(world, alice, "v1", parent, child, referrer) == ["v1", parent, child, referrer]
    [life, *_] = await lives(world, repository_id)
    assert (life.restored, life.start_ms) == (True, NOW + WEEK)
    assert await restore(world, repository_id, "v1", parent, NOW + WEEK) is False


async def test_deleted_blobs_come_back_with_what_names_them(
    world: World, alice: int, repository_id: int
) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    blob = blob_digest("layer")
    await world.store.manifests.delete_manifest(repository_id, digest, NOW + 10)
    assert await world.store.blobs.unlink(repository_id, blob)
    assert await world.reads.blob(alice, APP, blob) is None
    assert await world.store.blobs.unlink(repository_id, blob) is False
    assert await world.store.blobs.keep(repository_id, blob, NOW + WEEK) is False
    assert await world.mount("alice/copy", alice, blob, APP) is False
    assert await world.mount("alice/copy", alice, blob, None) is False
    with pytest.raises(ManifestBlobUnknown):
        await world.push(APP, alice, image("layer"), "v2", now=NOW + 20)
    assert await collect(world, NOW + WEEK) == Garbage()
    assert await restore(world, repository_id, "v1", digest, NOW + WEEK)
    assert await world.reads.blob(alice, APP, blob) is not None
    await world.store.manifests.delete_manifest(repository_id, digest, NOW + WEEK)
    assert await world.store.blobs.unlink(repository_id, blob)
    await world.push_blob(APP, alice, "layer")
    assert await world.reads.blob(alice, APP, blob) is not None
    assert await world.store.blobs.unlink(repository_id, blob)
    assert await collect(world, NOW + 3 * WEEK) == Garbage(2, 1, 1, 1, 5)


async def test_what_the_history_does_not_have_is_not_restored(
    world: World, alice: int, repository_id: int
) -> None:
    untagged = await world.push_image(APP, alice, "untagged")
    gone = await world.push_image(APP, alice, "gone", "v1")
    await world.store.manifests.delete_tag(repository_id, "v1", NOW + 10)
    for digest, now in ((untagged, NOW), (gone, NOW + 10 + WEEK), (digest_of(b"nothing"), NOW)):
        with pytest.raises(ManifestUnknown):
            await restore(world, repository_id, "v1", digest, now)
    assert await restore(world, repository_id, "v2", gone, NOW + 9 + WEEK)


async def test_the_window_of_each_namespace(world: World, alice: int, repository_id: int) -> None:
    bob, cy = await world.user("bob"), await world.user("cy")
    await world.store.accounts.change(bob, AccountChange(tag_window_s=0))
    await world.store.accounts.change(cy, AccountChange(tag_window_s=28 * DAY // 1000))
    pushed = {}
    for path, account in ((APP, alice), ("bob/app", bob), ("cy/app", cy)):
        pushed[path] = await world.push_image(path, account, f"layer of {path}", "v1")
        where = (await world.reads.access(account, path)).repository_id
        await world.store.manifests.delete_tag(where, "v1", NOW + 10)
    size = len("layer of bob/app")
    assert await collect(world, NOW + 11) == Garbage(1, 1, 0, 0, 0)
    assert await collect(world, KEPT + 1) == Garbage(0, 0, 1, 1, size)
    assert await collect(world, NOW + 10 + WEEK) == Garbage()
    assert await collect(world, NOW + 11 + WEEK) == Garbage(1, 1, 1, 1, len("layer of alice/app"))
    cys = (await world.reads.access(cy, "cy/app")).repository_id
    assert await restore(world, cys, "v1", pushed["cy/app"], NOW + 27 * DAY)
    await world.store.manifests.delete_tag(cys, "v1", NOW + 27 * DAY)
    await world.store.accounts.change(cy, AccountChange(tag_window_s=DAY // 1000))
    assert (await collect(world, NOW + 29 * DAY)).manifests == 1


async def test_without_a_window_a_push_under_way_is_kept(
    world: World, alice: int, repository_id: int
) -> None:
    await world.store.accounts.change(alice, AccountChange(tag_window_s=0))
    child = await world.push_image(APP, alice, "child")
    await world.push_image(APP, alice, "tagged", "v1")
    await world.store.manifests.delete_tag(repository_id, "v1", NOW + 5)
    await world.push(APP, alice, image("tagged"), now=NOW + 6)  # pushed again, and not yet tagged
    assert (await collect(world, NOW + 100, grace=1000)).manifests == 0
    await world.push(APP, alice, index(child), "all", now=NOW + 200)
    assert (await collect(world, NOW + 2000, grace=1000)).manifests == 1
    assert await there(world, alice, child, "all") == [child, "all"]


async def test_a_restored_tag_keeps_what_its_untagged_time_would_have_taken(
    world: World, alice: int, repository_id: int
) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    await world.store.manifests.delete_tag(repository_id, "v1", NOW + 10)
    assert await restore(world, repository_id, "v1", digest, NOW + WEEK)
    assert await collect(world, NOW + 3 * WEEK) == Garbage(1, 0, 0, 0, 0)
    assert await there(world, alice, "v1", digest) == ["v1", digest]


async def test_forgetting(world: World, alice: int, repository_id: int) -> None:
    first = await world.push_image(APP, alice, "one", "v1")
    second = await world.push_image(APP, alice, "two", "v1", now=NOW + 10)
    forget = world.store.tags.forget
    for digest, live in ((second, False), (digest_of(b"nothing"), False), (first, True)):
        with pytest.raises(ManifestUnknown):
            await forget(ForgetTag(repository_id, Tag("v1"), digest, live, NOW + 20))
    with pytest.raises(ManifestUnknown):
        await forget(ForgetTag(repository_id, Tag("none"), None, False, NOW + 20))
    await forget(ForgetTag(repository_id, Tag("v1"), first, False, NOW + 20))
    assert [life.digest for life in await lives(world, repository_id)] == [second]
    with pytest.raises(ManifestUnknown):
        await restore(world, repository_id, "v1", first, NOW + 20)
    await forget(ForgetTag(repository_id, Tag("v1"), None, True, NOW + 30))
    assert await lives(world, repository_id) == []
    assert (await collect(world, NOW + 31)).manifests == 2


async def test_immutable_tags(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer")
    grandchild_of = await world.push(APP, alice, index(child))
    other = await world.push_image(APP, alice, "other", "v2")
    put = put_command(APP, alice, index(grandchild_of), "v1")
    await world.store.manifests.put(msgspec.structs.replace(put, terms=LOCKED))
    manifests, before = world.store.manifests, await lives(world, repository_id)
    with pytest.raises(TagImmutable):
        await world.push(APP, alice, image("other"), "v1", now=NOW + 1)
    with pytest.raises(TagImmutable):
        await change(world, repository_id, "v1", digest=other)
    with pytest.raises(TagImmutable):
        await change(world, repository_id, "v1", expires_ms=NOW + 10)
    with pytest.raises(TagImmutable):
        await restore(world, repository_id, "v1", other, NOW + 1)
    with pytest.raises(TagImmutable):
        await world.store.tags.forget(ForgetTag(repository_id, Tag("v1"), None, True, NOW + 1))
    with pytest.raises(TagImmutable):
        await manifests.delete_tag(repository_id, "v1", NOW + 1)
    for digest in (put.digest, grandchild_of, child):
        with pytest.raises(TagImmutable):
            await manifests.delete_manifest(repository_id, digest, NOW + 1)
    await manifests.put(put)
    assert await lives(world, repository_id) == before
    assert await there(world, alice, "v1", grandchild_of, child) == ["v1", grandchild_of, child]
    await change(world, repository_id, "v1", NOW + 2, immutable=False, digest=other)
    assert await manifests.delete_manifest(repository_id, child, NOW + 3)


async def test_of_pushes_to_a_new_immutable_tag_one_wins(
    world: World, alice: int, repository_id: int
) -> None:
    pushes = []
    for number in range(8):
        await world.push_blob(APP, alice, f"layer {number}")
        put = put_command(APP, alice, image(f"layer {number}"), "v1", now=NOW + number)
        pushes.append(msgspec.structs.replace(put, terms=LOCKED))
    stores = [world.store, world.harness.peer]
    ends = await asyncio.gather(
        *(stores[number % 2].manifests.put(put) for number, put in enumerate(pushes)), return_exceptions=True
    )
    refused = [end for end in ends if isinstance(end, TagImmutable)]
    assert len(refused) == 7, ends
    [life] = await lives(world, repository_id)
    [winner] = [put for put, end in zip(pushes, ends, strict=True) if not isinstance(end, TagImmutable)]
    assert life.digest == winner.digest


@pytest.mark.parametrize("state", [RepositoryState.READ_ONLY, RepositoryState.MIRROR])
async def test_nobody_changes_what_is_not_normal(
    world: World, alice: int, repository_id: int, state: RepositoryState
) -> None:
    digest = await world.push_image(APP, alice, "layer", "v1")
    await world.store.repositories.set_state(repository_id, state)
    before = await lives(world, repository_id)
    manifests, tags = world.store.manifests, world.store.tags
    for refused in (
        world.push(APP, alice, image("layer"), "v2"),
        manifests.delete_tag(repository_id, "v1", NOW),
        manifests.delete_manifest(repository_id, digest, NOW),
        change(world, repository_id, "v1", expires_ms=NOW + 10),
        restore(world, repository_id, "v2", digest, NOW),
        tags.forget(ForgetTag(repository_id, Tag("v1"), None, True, NOW)),
    ):
        with pytest.raises(RepositoryReadOnly):
            await refused
    assert await lives(world, repository_id) == before


async def test_restoring_beside_collection(world: World, alice: int, repository_id: int) -> None:
    """What was restored is whole, what was refused is not half there, and nothing is lost on the way."""
    layers = [f"layer {number}" for number in range(6)]
    parents = []
    for number, layer in enumerate(layers):
        child = await world.push_image(APP, alice, layer)
        parents.append(await world.push(APP, alice, index(child), f"t{number}"))
        await world.store.manifests.delete_manifest(repository_id, parents[-1], NOW + 10)
    end = NOW + 10 + WEEK  # the last moment at which some succeed, and the first at which all may go

    async def sweep() -> None:
        terms, collection = Terms(end + 1, WEEK, 0), world.harness.peer.collection
        for _ in range(10):
            await collection.sweep_history(terms, 2)
            await collection.sweep_manifests(terms, 2)
            await collection.sweep_links(end + 1, 2)
            await collection.sweep_blobs(end + 1, 2)

    ends = await asyncio.gather(
        sweep(),
        *(
            restore(world, repository_id, f"t{number}", parent, end - 1)
            for number, parent in enumerate(parents)
        ),
        return_exceptions=True,
    )
    for number, (parent, done) in enumerate(zip(parents, ends[1:], strict=True)):
        whole = [f"t{number}", parent]
        if done is True:
            assert await there(world, alice, *whole) == whole
            assert await world.reads.blob(alice, APP, blob_digest(layers[number])) is not None
        else:
            assert isinstance(done, (ManifestUnknown, ManifestBlobUnknown)), done
            assert await there(world, alice, f"t{number}") == []
    await collect(world, end + 1)
    for number, done in enumerate(ends[1:]):
        assert bool(await there(world, alice, f"t{number}")) is (done is True)
