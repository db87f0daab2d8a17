"""Charts: what indexes show follows the tags, in the transaction that moves them."""

from __future__ import annotations

import msgspec
import pytest

from charthouse.model.digests import Digest
from charthouse.model.names import Tag
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.tags import ChangeTag, RestoreTag
from charthouse.ports.upkeep import Garbage, Terms

from .world import DAY, NOW, World, image, put_command

REPOSITORY = "acme/team/web"


def facts(version: str, *, state: ChartState = ChartState.READ) -> ChartFacts:
    """What a package says of itself, in short."""
    shown = version if state is ChartState.READ else ""
    return ChartFacts(
        state=state,
        tag=shown,
        precedence=shown.rjust(10, "0"),
        name="web",
        version=version,
        package="sha256:" + "a" * 64,
        package_size=3,
        summary=f'{{"version":"{version}"}}',
        entry=f"  - version: {version}\n",
        document=version.encode(),
    )


class Shop:
    """An organization with a repository of charts."""

    def __init__(self, world: World, alice: int, bob: int) -> None:
        self.world, self.alice, self.bob = world, alice, bob
        self.charts = world.store.charts

    async def push(self, version: str, *tags: str, path: str = REPOSITORY, **how: ChartState) -> Digest:
        await self.world.push_blob(path, self.alice, version)
        command = put_command(path, self.alice, image(version), *(tags or (version,)))
        known = facts(version, **how)
        await self.world.store.manifests.put(msgspec.structs.replace(command, chart=known))
        return command.digest

    async def key(self, path: str = REPOSITORY) -> int:
        return (await self.world.reads.access(self.alice, path)).repository_id

    async def shown(self) -> list[str]:
        return [found.tag for found in await self.charts.versions(await self.key(), NOW)]

    async def stamp(self) -> int:
        [found] = await self.charts.level("acme/team", self.alice)
        return found.stamp


@pytest.fixture
async def shop(world: World) -> Shop:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.organization("acme", alice)
    return Shop(world, alice, bob)


async def test_a_pushed_version_is_shown(shop: Shop) -> None:
    digest = await shop.push("1.0.0")
    [entry] = await shop.charts.entries(await shop.key(), 0)
    assert (entry.tag, entry.entry, entry.expires_ms) == ("1.0.0", "  - version: 1.0.0\n", None)
    assert entry.stamp == await shop.stamp() > NOW
    [version] = await shop.charts.versions(await shop.key(), NOW)
    known = version.chart.facts
    assert (version.chart.digest, known.version, known.entry, known.summary) == (digest, "1.0.0", "", "{}")
    found = await shop.charts.tagged(await shop.key(), "1.0.0", NOW)
    assert found is not None
    assert found.facts == msgspec.structs.replace(facts("1.0.0"), document=b"")
    assert await shop.charts.by_digest(await shop.key(), digest) == found
    assert await shop.charts.document(found.manifest_id) == b"1.0.0"
    light = await shop.charts.latest(await shop.key(), NOW)
    assert light is not None
    assert light.facts == msgspec.structs.replace(found.facts, entry="")
    assert await shop.charts.several([found.manifest_id, 999]) == {found.manifest_id: light}
    assert await shop.charts.several([]) == {}
    assert await shop.charts.latest(999, NOW) is None


async def test_a_level_is_what_lies_one_segment_below(shop: Shop) -> None:
    for path in (REPOSITORY, "acme/web", "acme/team/api"):
        await shop.push("1.0.0", path=path)
    await shop.world.push_image("acme/team/image", shop.alice, "layer", "v1")

    async def level(name: str, account_id: int, *, everything: bool = False) -> list[str]:
        return [
            found.repository for found in await shop.charts.level(name, account_id, everything=everything)
        ]

    assert await level("acme/team", shop.alice) == ["acme/team/api", REPOSITORY]
    assert await level("acme", shop.alice) == ["acme/web"]
    assert await level("acme/t", shop.alice) == []
    assert await level("acme/team", shop.bob) == []
    assert await level("acme/team", shop.bob, everything=True) == ["acme/team/api", REPOSITORY]
    await shop.world.store.repositories.set_visibility(await shop.key(), public=True)
    assert await level("acme/team", 0) == [REPOSITORY]


async def test_only_what_changed_is_told(shop: Shop) -> None:
    await shop.push("1.0.0")
    first = await shop.stamp()
    await shop.push("2.0.0")
    second = await shop.stamp()
    assert second > first
    [entry] = await shop.charts.entries(await shop.key(), first)
    assert entry.tag == "2.0.0"
    assert [one.tag for one in await shop.charts.entries(await shop.key(), 0, 1)] == ["1.0.0"]
    assert [one.tag for one in await shop.charts.entries(await shop.key(), first, 1)] == ["2.0.0"]
    await shop.push("2.0.0")  # once more: nothing has changed
    assert await shop.stamp() == second
    await shop.world.store.manifests.delete_tag(await shop.key(), "1.0.0", NOW)
    [entry] = await shop.charts.entries(await shop.key(), second)
    assert (entry.tag, entry.entry, entry.stamp) == ("1.0.0", "", await shop.stamp())
    assert entry.stamp > second
    assert [found.tag for found in await shop.charts.entries(await shop.key(), 0)] == ["2.0.0"]


async def test_the_greatest_version_is_the_latest(shop: Shop) -> None:
    for version in ("2.0.0", "10.0.0", "1.0.0"):
        await shop.push(version)
    assert await shop.shown() == ["10.0.0", "2.0.0", "1.0.0"]
    [row] = await shop.charts.level("acme/team", shop.alice)
    newest = await shop.charts.tagged(row.repository_id, "10.0.0", NOW)
    assert newest is not None
    assert row.latest_id == newest.manifest_id
    await shop.world.store.manifests.delete_manifest(row.repository_id, newest.digest, NOW)
    latest = await shop.charts.latest(row.repository_id, NOW)
    assert latest is not None
    assert latest.facts.version == "2.0.0"
    assert await shop.shown() == ["2.0.0", "1.0.0"]


async def test_other_tags_show_nothing(shop: Shop) -> None:
    await shop.push("1.0.0", "latest", "1")
    assert await shop.charts.level("acme/team", shop.alice) == []
    found = await shop.charts.tagged(await shop.key(), "latest", NOW)
    assert found is not None
    await shop.push("1.0.0")
    assert await shop.shown() == ["1.0.0"]
    await shop.world.store.tags.change(ChangeTag(await shop.key(), Tag("2.0.0"), NOW, digest=found.digest))
    assert await shop.shown() == ["1.0.0"]


async def test_a_tag_that_moves(shop: Shop) -> None:
    first = await shop.push("1.0.0")
    await shop.world.push_image(REPOSITORY, shop.alice, "an image", "1.0.0", now=NOW + 1)
    assert await shop.shown() == []
    restore = RestoreTag(
        repository_id=await shop.key(), name=Tag("1.0.0"), digest=first, window_ms=DAY, now_ms=NOW + 2
    )
    assert await shop.world.store.tags.restore(restore)
    assert await shop.shown() == ["1.0.0"]


async def test_a_tag_that_ends_by_a_date(shop: Shop) -> None:
    await shop.push("1.0.0")
    await shop.world.store.tags.change(ChangeTag(await shop.key(), Tag("1.0.0"), NOW, expires_ms=NOW + DAY))
    [entry] = await shop.charts.entries(await shop.key(), 1)
    assert (entry.entry != "", entry.expires_ms) == (True, NOW + DAY)
    assert await shop.shown() == ["1.0.0"]
    assert await shop.charts.versions(await shop.key(), NOW + DAY) == []
    assert await shop.charts.latest(await shop.key(), NOW + DAY) is None


async def test_a_chart_that_waits_is_shown_when_it_was_read(shop: Shop) -> None:
    await shop.push("1.0.0", state=ChartState.PENDING)
    assert await shop.charts.level("acme/team", shop.alice) == []
    [waiting] = await shop.charts.pending(10)
    assert (waiting.repository, waiting.repository_id) == (REPOSITORY, await shop.key())
    assert await shop.charts.settle(waiting.manifest_id, facts("1.0.0"))
    assert await shop.shown() == ["1.0.0"]
    assert await shop.charts.pending(10) == []
    assert not await shop.charts.settle(waiting.manifest_id, facts("1.0.0"))
    assert not await shop.charts.settle(999, facts("1.0.0"))


async def test_every_tag_of_a_chart_is_listed(shop: Shop) -> None:
    await shop.push("2.0.0", "2.0.0", "stable")
    await shop.push("10.0.0")
    await shop.push("0.0.1", state=ChartState.BROKEN)
    await shop.push("0.0.2", state=ChartState.PENDING)
    await shop.world.push_image(REPOSITORY, shop.alice, "an image", "image")
    await shop.world.store.tags.change(ChangeTag(await shop.key(), Tag("stable"), NOW, expires_ms=NOW + DAY))

    async def listed(now_ms: int, offset: int = 0, limit: int = 10) -> list[tuple[str, bool]]:
        found = await shop.charts.tags(await shop.key(), now_ms, offset, limit)
        return [(one.tag, one.shown) for one in found]

    everything = [("10.0.0", True), ("2.0.0", True), ("stable", False), ("0.0.1", False), ("0.0.2", False)]
    dated = {str(one.tag): one.expires_ms for one in await shop.charts.tags(await shop.key(), NOW, 0, 10)}
    assert (dated["stable"], dated["2.0.0"]) == (NOW + DAY, None)
    assert await listed(NOW) == everything
    assert await listed(NOW, 1, 2) == everything[1:3]
    assert await listed(NOW + DAY) == [one for one in everything if one[0] != "stable"]


async def test_a_broken_chart_is_marked_not_shown(shop: Shop) -> None:
    await shop.push("1.0.0", state=ChartState.BROKEN)
    found = await shop.charts.tagged(await shop.key(), "1.0.0", NOW)
    assert found is not None
    assert found.facts.state is ChartState.BROKEN
    assert await shop.charts.level("acme/team", shop.alice) == []


async def test_a_chart_read_at_its_second_push_is_shown_under_the_tag_of_the_first(shop: Shop) -> None:
    await shop.push("1.0.0", state=ChartState.PENDING)
    await shop.push("1.0.0", "other")
    assert await shop.shown() == ["1.0.0"]


async def test_a_broken_chart_that_can_be_read_when_it_is_pushed_again_is_shown(shop: Shop) -> None:
    await shop.push(
        "1.0.0", state=ChartState.BROKEN
    )  # its package was damaged in the store, or too large then
    await shop.push("1.0.0")
    assert await shop.shown() == ["1.0.0"]
    await shop.push("1.0.0", state=ChartState.BROKEN)  # what was read stays read
    assert await shop.shown() == ["1.0.0"]


async def test_what_is_deleted_is_collected(shop: Shop) -> None:
    digest = await shop.push("1.0.0")
    await shop.world.store.manifests.delete_manifest(await shop.key(), digest, NOW)
    terms = Terms(NOW + 10 * DAY, 0, 0)
    await shop.world.store.collection.sweep_history(terms, 10)
    assert await shop.world.store.collection.sweep_manifests(terms, 10)
    assert await shop.charts.by_digest(await shop.key(), digest) is None


async def test_a_deleted_repository_leaves_no_chart(shop: Shop) -> None:
    await shop.push("1.0.0")
    repository_id = await shop.key()
    await shop.world.store.repositories.delete(repository_id)
    assert await shop.charts.level("acme/team", shop.alice, everything=True) == []
    purge = shop.world.store.purge
    while await purge.take(repository_id, NOW, 10) != Garbage():
        pass
    await purge.drop_repository(repository_id)
    assert await purge.repositories(10) == []
    assert await shop.charts.entries(repository_id, 0) == []


async def test_what_waits_in_a_disabled_namespace_goes_on_waiting(shop: Shop) -> None:
    carol = await shop.world.user("carol")
    await shop.world.push_blob("carol/web", carol, "1.0.0")
    command = put_command("carol/web", carol, image("1.0.0"), "1.0.0")
    waits = facts("1.0.0", state=ChartState.PENDING)
    await shop.world.store.manifests.put(msgspec.structs.replace(command, chart=waits))
    accounts = shop.world.store.accounts
    await accounts.set_enabled(carol, enabled=False)
    assert await shop.charts.pending(10) == []  # nobody may read it now, which says nothing of the chart
    await accounts.set_enabled(carol, enabled=True)
    assert [waiting.repository for waiting in await shop.charts.pending(10)] == ["carol/web"]


async def test_a_date_that_comes_in_a_deleted_repository_shows_nothing(shop: Shop) -> None:
    store = shop.world.store
    for version in ("2.0.0", "1.0.0"):
        await shop.push(version)
        repository_id = await shop.key()
        await store.tags.change(ChangeTag(repository_id, Tag(version), NOW, expires_ms=NOW + DAY))
    await store.repositories.delete(repository_id)
    await store.purge.take(repository_id, NOW, 1)  # a manifest with its tag; their entry is taken later
    assert await store.collection.expire_tags(NOW + DAY, 10) == 1
    assert await shop.charts.level("", shop.alice, everything=True) == []
    while await store.purge.take(repository_id, NOW, 10) != Garbage():
        pass
    await store.purge.drop_repository(repository_id)
    assert await store.purge.repositories(10) == []
