"""Finding charts: every engine finds the same, in the same order, and only what the caller may read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from charthouse.helm.chart.facts import Maintainer, Metadata
from charthouse.model.permissions import Role
from charthouse.ports.charts import ChartFacts, ChartQuery, ChartState
from charthouse.ports.upkeep import Garbage
from charthouse.services.charts.words import asked_words, words_of

from .world import NOW, World, image, put_command


class Shelf:
    """Charts of an organization, and who looks for them."""

    def __init__(self, world: World, alice: int, bob: int) -> None:
        self.world, self.alice, self.bob = world, alice, bob

    async def put(
        self, path: str, version: str = "1.0.0", state: ChartState = ChartState.READ, **metadata: Any
    ) -> None:
        """Push a chart whose Chart.yaml says so."""
        name = path.rpartition("/")[2]
        seed = path + version
        await self.world.push_blob(path, self.alice, seed)
        read = state is ChartState.READ
        facts = ChartFacts(
            state=state,
            tag=version if read else "",
            precedence=version.rjust(10, "0") if read else "",
            name=name,
            version=version,
            words=words_of(Metadata(name=name, **metadata)),
        )
        command = put_command(path, self.alice, image(seed), version)
        await self.world.store.manifests.put(msgspec.structs.replace(command, chart=facts))

    async def key(self, path: str) -> int:
        return (await self.world.reads.access(self.alice, path)).repository_id

    async def find(self, text: str, account_id: int | None = None, **how: Any) -> list[str]:
        """Return the paths that a search finds, for alice unless said otherwise."""
        asked = {"limit": 100} | how
        query = ChartQuery(
            words=asked_words(text),
            text=text,
            account_id=self.alice if account_id is None else account_id,
            **asked,
        )
        return [found.repository for found in await self.world.store.charts.search(query)]


@pytest.fixture
async def shelf(world: World) -> Shelf:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.organization("acme", alice)
    return Shelf(world, alice, bob)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web", True),
        ("WEB", True),
        ("go", True),
        ("a", True),
        ("the", True),  # too common for an engine, but somebody asked for it
        ("in go", True),
        ("1.25", True),
        ("v1.25.3", True),
        ("25.3", False),
        ("proxies", True),
        ("prox", True),
        ("roxies", False),
        ("postgresql", True),
        ("postgres sql", True),
        ("post gres", False),
        ("cert-manager", True),
        ("certmanager", True),
        ("manager", True),
        ("alice@example.com", True),
        ("liddell", True),
        ("straße", True),
        ("STRASSE", True),
        ("café", True),
        ("cafe\u0301", True),  # the same, as two letters
        ("데이터베이스", True),
        ("베이스", True),
        ("이터", True),
        ("캐시", True),
        ("터데", False),
        ("数据", True),
        ("库", True),
        ("データ", True),
        ("ﾃﾞｰﾀ", True),  # the same, of half the width
        ("привет", True),
        ("web mysql", False),
        ("nothing", False),
        ("x", False),
    ],
)
async def test_words_that_find(shelf: Shelf, text: str, found: bool) -> None:
    await shelf.put(
        "acme/web",
        app_version="v1.25.3",
        keywords=["go", "proxies", "데이터베이스", "数据库"],
        maintainers=[Maintainer(name="Alice Liddell", email="alice@example.com")],
        description="The PostgreSQL of a cert-manager in Straße, Café; redis캐시 データベース Привет",
    )
    await shelf.put("acme/other")
    wanted = ["acme/web"] if found else []
    assert await shelf.find(text) == wanted


async def test_what_is_called_so_comes_first(shelf: Shelf) -> None:
    await shelf.put("acme/z", description="for web")
    await shelf.put("acme/my-web")
    await shelf.put("acme/web-server")
    await shelf.put("acme/team/web")
    await shelf.put("acme/web")
    await shelf.put("acme/a", keywords=["web"])
    order = ["acme/team/web", "acme/web", "acme/web-server", "acme/my-web", "acme/a", "acme/z"]
    assert await shelf.find("web") == order
    assert await shelf.find("web", offset=2, limit=3) == order[2:5]
    assert await shelf.find("") == sorted(order)


async def test_only_what_the_caller_may_read_is_found(shelf: Shelf) -> None:
    for path in ("acme/open", "acme/granted", "acme/secret"):
        await shelf.put(path, description="thing")
    store = shelf.world.store
    await store.repositories.set_visibility(await shelf.key("acme/open"), public=True)
    await shelf.world.grant(await shelf.key("acme/granted"), Role.READ, account_id=shelf.bob)
    assert await shelf.find("thing", 0) == ["acme/open"]
    assert await shelf.find("thing", shelf.bob) == ["acme/granted", "acme/open"]
    assert await shelf.find("thing") == ["acme/granted", "acme/open", "acme/secret"]
    assert await shelf.find("thing", 0, everything=True) == await shelf.find("thing")
    assert await shelf.find("secret", shelf.bob) == []
    await store.accounts.set_enabled(shelf.bob, enabled=False)
    assert await shelf.find("thing", shelf.bob) == ["acme/open"]


async def test_the_latest_version_is_what_is_found(shelf: Shelf) -> None:
    await shelf.put("acme/web", "1.0.0", description="old")
    await shelf.put("acme/web", "2.0.0", description="new")
    await shelf.put("acme/web", "1.5.0", description="between")
    assert await shelf.find("new") == ["acme/web"]
    assert await shelf.find("old") == await shelf.find("between") == []
    await shelf.world.store.manifests.delete_tag(await shelf.key("acme/web"), "2.0.0", NOW)
    assert await shelf.find("between") == ["acme/web"]
    assert await shelf.find("new") == []
    for version in ("1.0.0", "1.5.0"):
        await shelf.world.store.manifests.delete_tag(await shelf.key("acme/web"), version, NOW)
    assert await shelf.find("") == await shelf.find("web") == []


async def test_a_chart_is_found_once_it_was_read(shelf: Shelf) -> None:
    await shelf.put("acme/broken", state=ChartState.BROKEN)
    await shelf.put("acme/web", state=ChartState.PENDING)
    assert await shelf.find("") == []
    [waiting] = await shelf.world.store.charts.pending(10)
    facts = ChartFacts(state=ChartState.READ, tag="1.0.0", precedence="1", name="web", words="web 캐시")
    assert await shelf.world.store.charts.settle(waiting.manifest_id, facts)
    assert await shelf.find("캐") == ["acme/web"]


async def test_deleted_repositories_are_not_found_and_leave_nothing(shelf: Shelf) -> None:
    await shelf.put("acme/web")
    repository_id = await shelf.key("acme/web")
    await shelf.world.store.repositories.delete(repository_id)
    assert await shelf.find("web", everything=True) == []
    purge = shelf.world.store.purge
    while await purge.take(repository_id, NOW, 10) != Garbage():
        pass
    await purge.drop_repository(repository_id)
    await shelf.put("acme/web")
    assert await shelf.find("web") == ["acme/web"]


async def test_words_of_any_length_and_number(shelf: Shelf) -> None:
    word = "n" + "a" * 500
    await shelf.put("acme/web", description=" ".join([word, *(f"w{n}" for n in range(2000))]))
    assert await shelf.find(word) == ["acme/web"]
    assert await shelf.find("w900") == ["acme/web"]
    assert await shelf.find("w1 " * 1000) == ["acme/web"]
    assert await shelf.find("가" * 5000) == []


HOSTILE = (
    "'", '"', "web'", 'web" OR "secret', "web*", "web OR secret", "NOT web", "NEAR(web secret)", "words:web",
    "^web", "-web", "+web -secret", "web & !secret", "web | secret", "web:*", "web <-> secret", "(web", "web)",
    "%", "_", "\\", "@4", "~web", ">web", "<web", "\0", "web\0", "\ud800", "web; DROP TABLE chart_search", "--", "/*",
    "\u202e", "web\nsecret", "x776562", "*", "{words}: web",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_nothing_that_is_typed_is_the_engines_language(shelf: Shelf, text: str) -> None:
    await shelf.put("acme/web", description="web")
    await shelf.put("acme/secret", description="secret")
    found = await shelf.find(text)
    words = asked_words(text)
    wanted = [path for path in ("acme/secret", "acme/web") if all(word == path[5:] for word in words)]
    assert found == wanted
    await shelf.put("acme/hostile", description=text, keywords=[text], app_version=text)
    assert await shelf.find("hostile") == ["acme/hostile"]
