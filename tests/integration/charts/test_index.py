"""Indexes of two processes over one store: never behind a change, and each caller's own."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from charthouse.compose import Registry
from charthouse.compose.chartmuseum import chart_indexes
from charthouse.model.errors import NotFound, Unauthorized
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import ANONYMOUS, Actor, Role, Standing
from charthouse.ports.charts import ChartState
from charthouse.ports.tags import RestoreTag, TagQuery
from charthouse.services.charts.index.documents import LevelIndex
from charthouse.services.charts.index.service import ChartIndexes
from tests.support.clock import ManualClock
from tests.support.engines import with_empty_tables
from tests.support.postgres import PostgresServer
from tests.support.registry import add_user, present, push_image, registry_in
from tests.support.stored_charts import put_chart

DAY_MS = 86_400_000


@dataclass
class World:
    """Two processes, an organization of Alice's, and Bob, who is in none."""

    one: Registry
    two: Registry
    here: ChartIndexes
    there: ChartIndexes
    alice: Actor
    bob: Actor
    clock: ManualClock

    async def find(self, actor: Actor, level: str = "acme") -> LevelIndex:
        """Return an index, the same in both processes."""
        found = await self.here.find(actor, level)
        other = await self.there.find(actor, level)
        assert other.key == found.key
        assert b"".join(other.plain()) == b"".join(found.plain()) == gzip.decompress(other.gzip())
        assert (found.size, found.gzip_size) == (len(b"".join(found.plain())), len(other.gzip()))
        return found

    async def shown(self, actor: Actor, level: str = "acme") -> dict[str, list[str]]:
        """Return the versions that an index lists, by chart."""
        return versions_of(await self.find(actor, level))

    async def key(self, path: str) -> int:
        return (await self.one.reader.access(self.alice.account_id, path)).repository_id


def document_of(index: LevelIndex) -> Any:
    """Return an index as a client reads it."""
    return yaml.safe_load(b"".join(index.plain()))


def versions_of(index: LevelIndex) -> dict[str, list[str]]:
    """Return the versions of each chart."""
    entries = document_of(index)["entries"]
    return {name: [one["version"] for one in found] for name, found in entries.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> PostgresServer | None:
    """The database server that both processes share; None: the files of their directory."""
    return request.getfixturevalue("postgres") if request.param == "postgresql" else None


@pytest.fixture
async def world(server: PostgresServer | None, tmp_path: Path) -> AsyncIterator[World]:
    settings: dict[str, Any] = {}
    if server is not None:
        settings = {"database": await with_empty_tables(server), "database_secret_key": "of both replicas"}
    clock = present()
    async with AsyncExitStack() as processes:
        one = await processes.enter_async_context(registry_in(tmp_path / "data", clock, **settings))
        two = await processes.enter_async_context(registry_in(tmp_path / "data", clock, **settings))
        alice, bob = await add_user(one, "alice"), await add_user(one, "bob")
        await one.metadata.accounts.add_organization("acme", "", alice.account_id, 0)
        yield World(one, two, chart_indexes(one), chart_indexes(two), alice, bob, clock)


async def test_a_version_is_shown_when_it_is_stored(world: World) -> None:
    assert await world.shown(world.alice) == {}
    for version in ("1.0.0", "1.2.0", "1.10.0-rc.1", "1.10.0", "1.2.0+b.2"):
        await put_chart(world.one, world.alice, "acme/web", version)
        assert version in (await world.shown(world.alice))["web"]
    await put_chart(world.two, world.alice, "acme/db", "0.1.0")
    await put_chart(world.two, world.alice, "acme/team/api", "0.2.0")
    assert await world.shown(world.alice) == {
        "db": ["0.1.0"],
        "web": ["1.10.0", "1.10.0-rc.1", "1.2.0+b.2", "1.2.0", "1.0.0"],
    }
    assert await world.shown(world.alice, "acme/team") == {"api": ["0.2.0"]}
    document = document_of(await world.find(world.alice))
    assert document["apiVersion"] == "v1"
    assert document["serverInfo"] == {"contextPath": "/charts"}
    assert document["entries"]["db"][0]["urls"] == ["charts/db-0.1.0.tgz"]


async def test_what_is_taken_away_is_gone_at_once_and_comes_back(world: World) -> None:
    for version in ("1.0.0", "2.0.0"):
        await put_chart(world.one, world.alice, "acme/web", version)
    assert await world.shown(world.alice) == {"web": ["2.0.0", "1.0.0"]}
    key = await world.key("acme/web")
    before = await world.find(world.alice)
    await world.one.metadata.manifests.delete_tag(key, "2.0.0", world.clock.now_ms())
    assert await world.shown(world.alice) == {"web": ["1.0.0"]}
    tags, now = world.two.metadata.tags, world.clock.now_ms()
    [life] = await tags.lives(TagQuery(key, now, name="2.0.0"))
    await tags.restore(RestoreTag(key, Tag("2.0.0"), life.digest, DAY_MS, now))
    after = await world.find(world.alice)
    assert versions_of(after) == versions_of(before)
    assert after.key != before.key


async def test_only_read_charts_are_shown(world: World) -> None:
    await put_chart(world.one, world.alice, "acme/web", "1.0.0", state=ChartState.BROKEN)
    await put_chart(world.one, world.alice, "acme/web", "2.0.0", state=ChartState.PENDING)
    assert await world.shown(world.alice) == {}


async def test_a_tag_with_a_date_is_shown_until_then(world: World) -> None:
    await put_chart(world.one, world.alice, "acme/web", "1.0.0")
    until = world.clock.now_ms() + 1000
    await put_chart(world.one, world.alice, "acme/web", "2.0.0", expires_ms=until)
    before = await world.find(world.alice)
    assert versions_of(before) == {"web": ["2.0.0", "1.0.0"]}
    world.clock.advance(1)
    after = await world.find(world.alice)
    assert versions_of(after) == {"web": ["1.0.0"]}
    assert after.key != before.key
    fresh = await chart_indexes(world.one).find(world.alice, "acme")
    assert fresh.key == after.key


async def test_rights_tell_what_is_shown_and_count_at_once(world: World) -> None:
    for name in ("web", "db", "api"):
        await put_chart(world.one, world.alice, f"acme/{name}", "1.0.0")
    grants, repositories = world.one.metadata.grants, world.one.metadata.repositories
    with pytest.raises(NotFound):
        await world.find(world.bob)
    with pytest.raises(Unauthorized):
        await world.find(ANONYMOUS)
    await grants.grant(await world.key("acme/web"), world.bob.account_id, Role.READ)
    assert await world.shown(world.bob) == {"web": ["1.0.0"]}
    await repositories.set_visibility(await world.key("acme/db"), public=True)
    assert await world.shown(world.bob) == {"db": ["1.0.0"], "web": ["1.0.0"]}
    assert await world.shown(ANONYMOUS) == {"db": ["1.0.0"]}
    await grants.revoke(await world.key("acme/web"), world.bob.account_id)
    assert (await world.find(world.bob)).key == (await world.find(ANONYMOUS)).key
    await repositories.set_visibility(await world.key("acme/db"), public=False)
    with pytest.raises(NotFound):
        await world.find(world.bob)
    with pytest.raises(Unauthorized):
        await world.find(ANONYMOUS)
    assert len(await world.shown(world.alice)) == 3


async def test_a_credential_that_was_overtaken_is_refused(world: World) -> None:
    await put_chart(world.one, world.alice, "acme/web", "1.0.0")
    await world.find(world.alice)
    await world.two.metadata.accounts.set_password(world.alice.account_id, "another")
    for indexes in (world.here, world.there):
        with pytest.raises(Unauthorized, match="no longer valid"):
            await indexes.find(world.alice, "acme")


async def test_the_same_set_is_the_same_index_and_time_stands_still(world: World) -> None:
    await put_chart(world.one, world.alice, "acme/web", "1.0.0")
    await world.one.metadata.grants.grant(await world.key("acme/web"), world.bob.account_id, Role.READ)
    first = await world.find(world.alice)
    generated = document_of(first)["generated"]
    assert (await world.find(world.bob)).key == first.key
    await push_image(world.one, world.alice, RepositoryName("acme/image"), "v1", b"{}", b"layer")
    await put_chart(world.one, world.alice, "acme/team/web", "1.0.0")
    await put_chart(world.one, world.alice, "acme/web", "1.0.0")
    world.clock.advance(60)
    again = await chart_indexes(world.one).find(world.alice, "acme")
    assert again.key == first.key
    assert document_of(again)["generated"] == generated
    await put_chart(world.one, world.alice, "acme/web", "1.0.1")
    assert document_of(await world.find(world.alice))["generated"] > generated


async def test_members_see_an_empty_index_where_strangers_see_nothing(world: World) -> None:
    for level in ("acme", "acme/none", "acme/none/deeper"):
        assert await world.shown(world.alice, level) == {}
        with pytest.raises(NotFound) as hidden:
            await world.find(world.bob, level)
        with pytest.raises(NotFound) as missing:
            await world.find(world.bob, f"x{level}")
        assert hidden.value.message == missing.value.message
        with pytest.raises(Unauthorized):
            await world.find(ANONYMOUS, level)
    for level in ("", "Acme", "acme//x", "a" * 600, "../acme"):
        with pytest.raises(NotFound):
            await world.find(world.alice, level)


async def test_a_narrow_credential_sees_what_it_covers(world: World) -> None:
    for name in ("web", "db"):
        await put_chart(world.one, world.alice, f"acme/{name}", "1.0.0")
    await world.find(world.alice)
    narrow = _with(world.alice, limits={"acme/web": Role.READ, "acme/db": Role.NONE})
    assert await world.shown(narrow) == {"web": ["1.0.0"]}
    with pytest.raises(NotFound):
        await world.find(_with(world.alice, limits={}))
    with pytest.raises(NotFound):
        await world.find(_with(world.alice, scopes=frozenset()))
    assert len(await world.shown(world.alice)) == 2


@pytest.mark.parametrize("standing", [Standing.FULL_SUPERUSER, Standing.OBSERVER])
async def test_who_reads_everything_sees_everything(world: World, standing: Standing) -> None:
    await put_chart(world.one, world.alice, "acme/web", "1.0.0")
    assert await world.shown(_with(world.bob, standing=standing)) == {"web": ["1.0.0"]}
    assert await world.shown(_with(world.bob, standing=standing), "acme/empty") == {}
    with pytest.raises(NotFound):
        await world.find(_with(world.bob, standing=standing), "nobody")
    with pytest.raises(NotFound):
        await world.find(_with(world.bob, standing=Standing.SUPERUSER))


def _with(actor: Actor, **fields: Any) -> Actor:
    return msgspec.structs.replace(actor, **fields)
