"""Tags as lists show them: orders, pages, signatures, what a page's manifests are, and what happened when."""

from __future__ import annotations

import pytest

from charthouse.model.digests import Digest
from charthouse.model.names import Tag
from charthouse.ports.content import Pull
from charthouse.ports.tag_lists import EventKind, TagEvent, TagEventQuery, TagListQuery, TagOrder
from charthouse.ports.tags import ChangeTag, RestoreTag

from .world import DAY, NOW, World, image, index

APP = "alice/app"


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


@pytest.fixture
async def repository_id(world: World, alice: int) -> int:
    return await world.repository(APP, alice)


async def names(world: World, repository_id: int, now: int = NOW + DAY, **asked: object) -> list[str]:
    query = TagListQuery(repository_id=repository_id, now_ms=now, **asked)  # type: ignore[arg-type]
    return [life.name for life in await world.store.tag_lists.page(query)]


async def events(world: World, repository_id: int, now: int = NOW + DAY, **asked: object) -> list[TagEvent]:
    query = TagEventQuery(repository_id=repository_id, now_ms=now, **asked)  # type: ignore[arg-type]
    return await world.store.tag_lists.events(query)


async def expire(world: World, repository_id: int, name: str, at_ms: int) -> None:
    command = ChangeTag(repository_id=repository_id, name=Tag(name), now_ms=NOW, expires_ms=at_ms)
    await world.store.tags.change(command)


async def test_orders_and_pages(world: World, alice: int, repository_id: int) -> None:
    await world.push_image(APP, alice, "one", "v1", "Stable", now=NOW)
    await world.push_image(APP, alice, "two", "v2", now=NOW + 1)
    await world.push_image(APP, alice, "three", "v10", now=NOW + 2)
    assert await names(world, repository_id) == ["v10", "v2", "v1", "Stable"]
    assert await names(world, repository_id, order=TagOrder.OLDEST) == ["Stable", "v1", "v2", "v10"]
    assert await names(world, repository_id, order=TagOrder.NAME) == ["Stable", "v1", "v10", "v2"]
    assert await names(world, repository_id, order=TagOrder.NAME_DOWN) == ["v2", "v10", "v1", "Stable"]
    assert await names(world, repository_id, offset=1, limit=2) == ["v2", "v1"]
    assert await names(world, repository_id, part="STA") == ["Stable"]
    for nothing in ("_", "\0", "é"):
        assert await names(world, repository_id, part=nothing) == []
        assert await world.store.tag_lists.named(repository_id, [nothing], NOW) == []
        assert await events(world, repository_id, name=nothing) == []
    query = TagListQuery(repository_id=repository_id, now_ms=NOW, part="V", offset=1, limit=2)
    assert await world.store.tag_lists.names(query) == ["v10", "v2"]
    await expire(world, repository_id, "v2", NOW + 5000)
    assert await names(world, repository_id, now=NOW + 5000) == ["v10", "v1", "Stable"]
    assert await names(world, repository_id + 1) == []
    asked = ["v2", "v1", "none"]
    found = await world.store.tag_lists.named(repository_id, asked, NOW + 5000)
    assert [(life.name, life.size) for life in found] == [("v1", 3)]
    assert await world.store.tag_lists.named(repository_id, [], NOW) == []


async def test_tags_of_signatures_are_left_out(world: World, alice: int, repository_id: int) -> None:
    digest = await world.push_image(APP, alice, "one", "v1")
    tag = digest.replace(":", "-")
    signatures = [f"{tag}.sig", f"{tag}.att", tag, f"sha512-{'0' * 64}"]
    await world.push_image(APP, alice, "signature", *signatures, "sha256-short", "sha256")
    assert sorted(await names(world, repository_id)) == ["sha256", "sha256-short", "v1"]
    assert len(await names(world, repository_id, signatures=True)) == 7
    assert await world.store.tag_lists.signatures(repository_id, NOW, 100) == 4
    assert await world.store.tag_lists.signatures(repository_id, NOW, 3) == 3


async def test_facts_of_manifests(world: World, alice: int, repository_id: int) -> None:
    child = await world.push_image(APP, alice, "layer", "a", "b", "c")
    parent = await world.push(APP, alice, index(child), "all")
    await world.push_blob(APP, alice, "signature")
    await world.push(APP, alice, image("signature", subject=child))
    await world.push(APP, alice, image("layer", "signature", subject=child))
    await expire(world, repository_id, "c", NOW + DAY)
    found = await world.store.tag_lists.facts(repository_id, [child, parent, "sha256:" + "0" * 64], NOW + DAY)
    assert set(found) == {child, parent}
    one, both = found[child], found[parent]
    assert (one.size, one.tags, one.live, one.index) == (5, 2, True, b"")
    assert one.referrers == (image("x").artifact_type,)
    assert one.config_media_type == image("x").config_media_type
    assert (both.size, both.tags, both.referrers) == (0, 1, ())
    assert child.encode() in both.index
    assert await world.store.tag_lists.tags_of(repository_id, child, NOW, 2) == ["a", "b"]
    assert await world.store.tag_lists.tags_of(repository_id, child, NOW + DAY, 9) == ["a", "b"]
    assert await world.store.tag_lists.held_by(repository_id, child, NOW, 9) == ["all"]
    assert await world.store.tag_lists.held_by(repository_id, parent, NOW, 9) == []
    await world.store.manifests.delete_manifest(repository_id, parent, NOW)
    found = await world.store.tag_lists.facts(repository_id, [parent], NOW)
    assert (found[parent].live, found[parent].tags) == (False, 0)
    assert await world.store.tag_lists.facts(repository_id + 1, [child], NOW) == {}


async def test_what_happened(world: World, alice: int, repository_id: int) -> None:
    first = await world.push_image(APP, alice, "one", "v1", now=NOW)
    second = await world.push_image(APP, alice, "two", "v1", "v2", now=NOW + 10)
    restore = RestoreTag(repository_id, Tag("v1"), first, DAY, NOW + 20)
    await world.store.tags.restore(restore)
    await world.store.manifests.delete_tag(repository_id, "v1", NOW + 30)
    await expire(world, repository_id, "v2", NOW + 5000)
    expected = [
        TagEvent(Tag("v2"), EventKind.ENDED, NOW + 5000, second, second),
        TagEvent(Tag("v1"), EventKind.ENDED, NOW + 30, first, first),
        TagEvent(Tag("v1"), EventKind.RESTORED, NOW + 20, first, second),
        TagEvent(Tag("v1"), EventKind.MOVED, NOW + 10, second, first),
        TagEvent(Tag("v2"), EventKind.CREATED, NOW + 10, second, ""),
        TagEvent(Tag("v1"), EventKind.CREATED, NOW, first, ""),
    ]
    assert await events(world, repository_id) == expected
    assert await events(world, repository_id, now=NOW + 40) == expected[1:]
    pages = [await events(world, repository_id, offset=offset, limit=2) for offset in range(0, 8, 2)]
    assert [event for page in pages for event in page] == expected
    assert await events(world, repository_id, name="v2") == [expected[0], expected[4]]
    assert await events(world, repository_id, name="v") == []
    assert await events(world, repository_id + 1) == []
    asked = [first, second, "sha256:none"]
    held = {first: NOW + 30, second: NOW + 5000}
    assert await world.store.tag_lists.last_held(repository_id, asked, NOW + 5000) == held
    assert await world.store.tag_lists.last_held(repository_id, asked, NOW + 40) == held | {second: NOW + 20}
    while await world.store.collection.expire_tags(NOW + DAY, 10):
        pass
    assert await events(world, repository_id) == expected
    assert await world.store.tag_lists.last_held(repository_id, asked, NOW + DAY) == held


async def test_a_tag_that_moves_twice_at_once_is_told_of_once(
    world: World, alice: int, repository_id: int
) -> None:
    digests: list[Digest] = [await world.push_image(APP, alice, layer, "v1") for layer in ("1", "2", "3")]
    assert await events(world, repository_id) == [
        TagEvent(Tag("v1"), EventKind.MOVED, NOW, digests[2], digests[0])
    ]


async def test_pulls_of_several(world: World, repository_id: int) -> None:
    await world.store.pulls.record([Pull(repository_id, "v1", 3, NOW), Pull(repository_id, "v2", 1, NOW + 1)])
    found = await world.store.pulls.counts(repository_id, ["v1", "v2", "v3"])
    assert found == {"v1": (3, NOW), "v2": (1, NOW + 1)}
    assert await world.store.pulls.counts(repository_id, []) == {}
