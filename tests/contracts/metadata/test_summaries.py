"""Repositories as people choose from them: kinds, sizes, words, orders and pages."""

from __future__ import annotations

import msgspec

from charthouse.model.kinds import CHART_CONFIG, Kind
from charthouse.model.manifests import Manifest
from charthouse.model.permissions import RepositoryState
from charthouse.ports.charts import ChartState
from charthouse.ports.overviews import Holding, Order, Summary, SummaryQuery, View

from .test_charts import facts
from .world import NOW, World, image, index, put_command

_IMAGE = "application/vnd.oci.image.config.v1+json"


def of_type(layer: str, config: str, artifact: str = "") -> Manifest:
    """A manifest of one layer."""
    return msgspec.structs.replace(image(layer), config_media_type=config, artifact_type=artifact or config)


async def summaries(
    world: World,
    account_id: int = 0,
    view: View = View.READABLE,
    *,
    namespace: str = "",
    text: str = "",
    kind: Kind | None = None,
    order: Order = Order.NAME,
    offset: int = 0,
    limit: int = 100,
) -> list[Summary]:
    query = SummaryQuery(
        account_id=account_id,
        view=view,
        namespace=namespace,
        text=text,
        kind=kind,
        order=order,
        offset=offset,
        limit=limit,
    )
    return await world.store.overviews.find(query)


def names(found: list[Summary]) -> list[str]:
    return [one.overview.repository for one in found]


async def kinds(world: World) -> dict[str, Kind]:
    found = await summaries(world, view=View.EVERYTHING)
    return {one.overview.repository.partition("/")[2]: one.kind for one in found}


async def push(
    world: World, path: str, account_id: int, manifest: Manifest, tag: str, now: int = NOW
) -> None:
    for layer in manifest.annotations["layers"].split():
        await world.push_blob(path, account_id, layer)
    await world.push(path, account_id, manifest, tag, now=now)


async def push_chart(world: World, path: str, account_id: int, layer: str, state: ChartState) -> None:
    await world.push_blob(path, account_id, layer)
    command = put_command(path, account_id, of_type(layer, CHART_CONFIG), "1.0.0")
    known = facts("1.0.0", state=state)
    await world.store.manifests.put(msgspec.structs.replace(command, chart=known))


async def test_kinds(world: World) -> None:
    al = await world.user("al")
    await world.repository("al/nothing", al)
    await push_chart(world, "al/helm", al, "a", ChartState.PENDING)
    await push(world, "al/image", al, of_type("b", _IMAGE), "v1")
    child = await world.push_image("al/platforms", al, "c")
    await world.push("al/platforms", al, index(child), "v1")
    await push(world, "al/notes", al, of_type("d", "application/vnd.oci.empty.v1+json", "text/notes"), "v1")
    await push(world, "al/moved", al, of_type("e", CHART_CONFIG), "v1")
    await push(world, "al/moved", al, of_type("f", _IMAGE), "v2", NOW + 1)
    await push(world, "al/signed", al, of_type("g", "application/vnd.x", "text/notes"), "v1")
    await push(world, "al/signed", al, of_type("h", _IMAGE), "sha256-0123.sig", NOW + 1)
    assert await kinds(world) == {
        "helm": Kind.CHART,
        "image": Kind.IMAGE,
        "moved": Kind.IMAGE,
        "notes": Kind.ARTIFACT,
        "nothing": Kind.NOTHING,
        "platforms": Kind.IMAGE,
        "signed": Kind.ARTIFACT,
    }
    assert names(await summaries(world, al, kind=Kind.IMAGE)) == ["al/image", "al/moved", "al/platforms"]
    assert names(await summaries(world, al, kind=Kind.ARTIFACT)) == ["al/notes", "al/signed"]
    assert names(await summaries(world, al, kind=Kind.CHART, limit=1)) == ["al/helm"]
    assert names(await summaries(world, al, kind=Kind.NOTHING)) == ["al/nothing"]


async def test_a_chart_stays_one_whatever_else_is_tagged(world: World) -> None:
    al = await world.user("al")
    await push_chart(world, "al/web", al, "a", ChartState.READ)
    await push(world, "al/web", al, of_type("b", _IMAGE), "v2", NOW + 1)
    assert await kinds(world) == {"web": Kind.CHART}
    assert names(await summaries(world, al, kind=Kind.CHART)) == ["al/web"]
    assert await world.store.manifests.delete_tag((await one(world)).overview.repository_id, "1.0.0", NOW + 2)
    assert await kinds(world) == {"web": Kind.IMAGE}


async def one(world: World) -> Summary:
    [found] = await summaries(world, view=View.EVERYTHING)
    return found


async def test_sizes(world: World) -> None:
    al, bob = await world.user("al"), await world.user("bob")
    empty = await world.repository("al/empty", al)
    for layer in ("four", "seven77"):
        await world.push_image("al/web", al, layer, f"v{layer}", "latest")
    await world.push_image("al/web", al, "four", "again")
    web = (await world.reads.access(al, "al/web")).repository_id
    await world.store.overviews.star(bob, web)
    found = await world.store.overviews.summary(web, bob)
    assert found is not None
    assert (found.overview.repository, found.overview.starred, found.size) == ("al/web", True, 11)
    assert [summary.size for summary in await summaries(world, al)] == [0, 11]
    assert await world.store.overviews.holding(web) == Holding(tags=4, size=11)
    assert await world.store.overviews.holding(empty) == Holding(tags=0, size=0)
    await world.store.repositories.set_state(web, RepositoryState.DELETED)
    assert await world.store.overviews.summary(web, bob) is None
    assert names(await summaries(world, al)) == ["al/empty"]


async def test_words(world: World) -> None:
    al = await world.user("al")
    for name in ("web", "web/api", "cobweb", "a_b", "axb", "other"):
        await world.repository(f"al/{name}", al, public=True)
    other = (await world.reads.access(al, "al/other")).repository_id
    await world.store.repositories.set_description(other, "Grüße aus dem WEB, zu 100% neu")
    by_name = ["al/cobweb", "al/other", "al/web", "al/web/api"]
    assert names(await summaries(world, text="Web")) == by_name
    ranked = ["al/web", "al/cobweb", "al/web/api", "al/other"]
    assert names(await summaries(world, text="web", order=Order.MATCH)) == ranked
    assert names(await summaries(world, text="al/web", order=Order.MATCH)) == ["al/web", "al/web/api"]
    assert names(await summaries(world, text="a_b")) == ["al/a_b"]
    assert names(await summaries(world, text="GRÜSSE")) == []
    assert names(await summaries(world, text="grüße")) == ["al/other"]
    assert names(await summaries(world, text="100%")) == ["al/other"]
    assert names(await summaries(world, text="%")) == ["al/other"]
    assert names(await summaries(world, text="none")) == []
    assert names(await summaries(world, text="a\0b")) == []
    assert names(await summaries(world, text="web", namespace="other")) == []
    everything = names(await summaries(world))
    assert names(await summaries(world, order=Order.MATCH)) == everything == sorted(everything)


async def test_orders_and_pages(world: World) -> None:
    al = await world.user("al")
    for number, name in enumerate(("c", "a", "b")):
        await world.push_image(f"al/{name}", al, name, "v1", now=NOW + number)
    for name in ("y", "x"):
        await world.repository(f"al/{name}", al)
    expected = ["al/b", "al/a", "al/c", "al/x", "al/y"]
    assert names(await summaries(world, al, order=Order.MODIFIED)) == expected
    paged = [
        name
        for offset in range(0, 6, 2)
        for name in names(await summaries(world, al, order=Order.MODIFIED, offset=offset, limit=2))
    ]
    assert paged == expected
    assert names(await summaries(world, al, namespace="al", offset=1, limit=2)) == ["al/b", "al/c"]


async def test_each_view_shows_its_own(world: World) -> None:
    al, bob = await world.user("al"), await world.user("bob")
    await world.repository("al/private", al)
    opened = await world.repository("al/open", al, public=True)
    await world.store.overviews.star(bob, opened)
    assert names(await summaries(world)) == ["al/open"]
    assert names(await summaries(world, bob)) == ["al/open"]
    assert names(await summaries(world, bob, View.OWN)) == []
    assert names(await summaries(world, bob, View.STARRED, order=Order.MODIFIED)) == ["al/open"]
    assert names(await summaries(world, al, View.OWN)) == ["al/open", "al/private"]
    assert names(await summaries(world, bob, View.EVERYTHING)) == ["al/open", "al/private"]
