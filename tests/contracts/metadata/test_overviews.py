"""Lists of repositories: which of them, in which order, and what is told; stars; pulls by day."""

from __future__ import annotations

from charthouse.model.names import RepositoryName
from charthouse.model.permissions import NamespaceRole, RepositoryState, Role
from charthouse.ports.content import Pull
from charthouse.ports.overviews import DayPulls, Overview, OverviewPage, View

from .world import DAY, NOW, World


async def names(
    world: World, account_id: int, view: View, namespace: str = "", after: str = "", limit: int = 100
) -> list[str]:
    asked = OverviewPage(account_id, view, namespace, after, limit)
    return [found.repository for found in await world.store.overviews.page(asked)]


async def overview(world: World, repository_id: int, account_id: int = 0) -> Overview:
    found = await world.store.overviews.one(repository_id, account_id)
    assert found is not None
    return found


async def test_views(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.repository("alice/private", alice)
    open_id = await world.repository("alice/open", alice, public=True)
    granted = await world.repository("acme/granted", alice)
    await world.repository("acme/secret", alice)
    shared = await world.repository("acme/shared", alice, public=True)
    await world.grant(granted, Role.READ, account_id=bob)
    team = await world.team(acme, "dev", NamespaceRole.MEMBER, bob)
    await world.grant(shared, Role.WRITE, team_id=team)

    assert await names(world, bob, View.OWN) == ["acme/granted", "acme/shared"]
    assert await names(world, bob, View.READABLE) == ["acme/granted", "acme/shared", "alice/open"]
    assert await names(world, bob, View.READABLE, "alice") == ["alice/open"]
    assert await names(world, bob, View.EVERYTHING, "acme") == ["acme/granted", "acme/secret", "acme/shared"]
    assert await names(world, alice, View.OWN, "alice") == ["alice/open", "alice/private"]
    assert await names(world, alice, View.OWN, "acme") == ["acme/granted", "acme/secret", "acme/shared"]
    assert await names(world, 0, View.OWN) == []
    assert await names(world, 0, View.READABLE) == ["acme/shared", "alice/open"]

    for repository_id in (open_id, granted, open_id):
        await world.store.overviews.star(bob, repository_id)
    assert await names(world, bob, View.STARRED) == ["acme/granted", "alice/open"]
    assert await names(world, alice, View.STARRED) == []
    await world.store.repositories.set_visibility(open_id, public=False)
    assert await names(world, bob, View.STARRED) == ["acme/granted"]
    await world.store.overviews.unstar(bob, "acme/granted")
    await world.store.overviews.unstar(bob, "acme/granted")
    await world.store.overviews.unstar(bob, "acme/none")
    assert await names(world, bob, View.STARRED) == []


async def test_what_is_disabled_or_deleted_is_not_listed(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    kept = await world.repository("alice/kept", alice, public=True)
    gone = await world.repository("alice/gone", alice, public=True)
    await world.grant(kept, Role.READ, account_id=bob)
    await world.store.repositories.set_state(gone, RepositoryState.DELETED)
    assert await names(world, alice, View.OWN) == ["alice/kept"]
    assert await names(world, alice, View.EVERYTHING) == ["alice/kept"]
    assert await world.store.overviews.one(gone, alice) is None
    await world.store.accounts.set_enabled(alice, enabled=False)
    assert await names(world, bob, View.READABLE) == []
    assert await names(world, bob, View.EVERYTHING, "alice") == ["alice/kept"]
    assert await names(world, alice, View.OWN) == []


async def test_pages_and_namespaces_by_bytes(world: World) -> None:
    for owner in ("al", "al-1", "al.1", "al0", "ala"):
        await world.repository(f"{owner}/x", await world.user(owner), public=True)
    al = (await world.store.accounts.by_name("al")) or None
    assert al is not None
    for name in ("a", "a/b", "b", "tag", "a/tag/b", "z"):
        await world.repository(f"al/{name}", al.account_id, public=True)
    expected = ["al/a", "al/a/b", "al/a/tag/b", "al/b", "al/tag", "al/x", "al/z"]
    assert await names(world, 0, View.READABLE, "al") == expected
    everything = await names(world, 0, View.READABLE)
    assert everything == sorted(everything, key=str.encode)
    assert len(everything) == 11
    paged: list[str] = []
    while page := await names(world, 0, View.READABLE, "al", paged[-1] if paged else "", 3):
        paged += page
    assert paged == expected
    assert await names(world, 0, View.READABLE, "al", "zz") == []
    assert await names(world, 0, View.READABLE, "none") == []


async def test_what_is_told(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    web = await world.repository("alice/web", alice)
    assert await overview(world, web, bob) == Overview(
        web,
        RepositoryName("alice/web"),
        "",
        public=False,
        state=RepositoryState.NORMAL,
        modified_ms=None,
        starred=False,
    )
    await world.push_image("alice/web", alice, "one", "v1", "v2", now=NOW)
    await world.push_image("alice/web", alice, "two", "v2", now=NOW + 5)
    await world.store.repositories.set_description(web, "Grüße ☸")
    await world.store.repositories.set_state(web, RepositoryState.READ_ONLY)
    await world.store.repositories.set_visibility(web, public=True)
    await world.store.overviews.star(bob, web)
    found = await overview(world, web, bob)
    assert found == Overview(
        web,
        RepositoryName("alice/web"),
        "Grüße ☸",
        public=True,
        state=RepositoryState.READ_ONLY,
        modified_ms=NOW + 5,
        starred=True,
    )
    assert await world.store.overviews.page(OverviewPage(bob, View.READABLE, "alice", "", 9)) == [found]
    assert (await overview(world, web, alice)).starred is False
    access = await world.reads.access(alice, "alice/web")
    assert (access.state, access.public) == (RepositoryState.READ_ONLY, True)


async def test_pulls_by_day(world: World) -> None:
    log, days = world.store.pulls, world.store.pull_days
    today = NOW // DAY
    await log.record([])
    await log.record([Pull(1, "v1", 2, NOW), Pull(1, "v2", 3, NOW), Pull(2, "v1", 1, NOW)])
    await log.record([Pull(1, "v1", 5, NOW + 1), Pull(1, "v1", 1, NOW + DAY)])
    assert await log.count(1, "v1") == (8, NOW + DAY)
    assert await days.days(1, 0) == [DayPulls(today, 10), DayPulls(today + 1, 1)]
    assert await days.days(1, today + 1) == [DayPulls(today + 1, 1)]
    assert await days.days(3, 0) == []
    assert await days.totals([1, 2, 3], 0) == {1: 11, 2: 1}
    assert await days.totals([1, 2, 3], today + 1) == {1: 1}
    assert await days.totals([], 0) == {}
    assert await days.forget_days(today + 1, 1) == 1
    assert await days.forget_days(today + 1, 10) == 1
    assert await days.forget_days(today + 1, 10) == 0
    assert await days.totals([1, 2, 3], 0) == {1: 1}
