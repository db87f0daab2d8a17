"""Ten thousand repositories and a hundred thousand tags: lists and views stay on their indexes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, insert, text

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.commands import overviews
from charthouse.model.digests import digest_of
from charthouse.model.kinds import Kind
from charthouse.model.manifests import OCI_MANIFEST
from charthouse.model.permissions import NamespaceRole, RepositoryState, Role
from charthouse.ports.content import Pull, Referrers
from charthouse.ports.overviews import Order, OverviewPage, SummaryQuery, View
from charthouse.ports.tag_lists import TagEventQuery, TagListQuery, TagOrder
from charthouse.ports.tags import TagQuery

from .world import DAY, NOW, World

pytestmark = pytest.mark.slow

REPOSITORIES = 10_000
TAGS_OF_THE_LARGEST = 60_000
TAGS_OF_OTHERS = 4
AT_ONCE = 5_000
PAGE = 101
SLOWEST = 1.0
"""Seconds that a question may take on a machine under load; on a quiet one it is a hundredth."""


@pytest.fixture
async def ids(world: World) -> dict[str, int]:
    """Alice owns the organization acme with nine tenths of all; bob is in a team of it, and has some grants."""
    ids = {name: await world.user(name) for name in ("alice", "bob")}
    ids["acme"] = await world.organization("acme", ids["alice"])
    ids["team"] = await world.team(ids["acme"], "dev", NamespaceRole.MEMBER, ids["bob"])

    def fill(connection: Connection) -> None:
        def add(table: Any, rows: list[dict[str, Any]]) -> None:
            for start in range(0, len(rows), AT_ONCE):
                connection.execute(insert(table), rows[start : start + AT_ONCE])

        keys = range(1, REPOSITORIES + 1)
        add(tables.repository, [_repository(key, ids) for key in keys])
        add(tables.manifest, [_manifest(key) for key in keys])
        add(tables.tag, [_tag(key, number) for key in keys for number in range(TAGS_OF_OTHERS)])
        add(tables.tag, [_tag(1, number) for number in range(TAGS_OF_OTHERS, TAGS_OF_THE_LARGEST)])
        grants = [{"repository_id": key, "account_id": ids["bob"], "role": Role.READ} for key in keys[::500]]
        add(tables.repository_grant, grants)
        grants = [{"repository_id": key, "account_id": ids["alice"], "role": Role.ADMIN} for key in keys]
        add(tables.repository_grant, grants)
        grants = [{"repository_id": key, "team_id": ids["team"], "role": Role.WRITE} for key in keys[::400]]
        add(tables.repository_grant, grants)
        add(tables.star, [{"repository_id": key, "account_id": ids["bob"]} for key in keys[::1000]])
        for statement in _ANALYZE[connection.dialect.name]:
            connection.execute(text(statement))

    await world.harness.tables(fill)
    return ids


_ANALYZE: dict[str, list[str]] = {
    "sqlite": [],
    "postgresql": ["ANALYZE"],
    "mysql": ["ANALYZE TABLE repository, tag, manifest, repository_grant, star, account"],
    "mariadb": ["ANALYZE TABLE repository, tag, manifest, repository_grant, star, account"],
}


def _repository(key: int, ids: dict[str, int]) -> dict[str, Any]:
    owner = "alice" if key % 10 == 0 else "acme"
    return {
        "id": key,
        "namespace_id": ids[owner],
        "path": f"{owner}/r{key:05}",
        "public": key % 100 == 0,
        "state": RepositoryState.NORMAL.value,
        "created_ms": NOW,
        "description": "",
    }


def _manifest(key: int) -> dict[str, Any]:
    return {
        "id": key,
        "repository_id": key,
        "digest": digest_of(b"%d" % key),
        "media_type": OCI_MANIFEST,
        "size": 2,
        "created_ms": NOW,
        "config_media_type": "",
        "artifact_type": "",
        "annotations": "{}",
        "content": b"{}",
    }


def _tag(key: int, number: int) -> dict[str, Any]:
    row = {"repository_id": key, "name": f"v{number:06}", "manifest_id": key, "since_ms": NOW + number}
    return row | {"immutable": False, "restored": False}


async def _timed(what: str, ask: Callable[[], Awaitable[Any]]) -> Any:
    begin = time.perf_counter()
    found = await ask()
    seconds = time.perf_counter() - begin
    assert seconds < SLOWEST, what
    return found


def _plan(connection: Connection, statement: Executable, arguments: dict[str, Any]) -> str:
    """Return how the database goes about a statement."""
    prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    compiled = statement.compile(dialect=connection.dialect)  # type: ignore[attr-defined]  # any statement's
    values = compiled.construct_params(arguments)
    positional = tuple(values[name] for name in compiled.positiontup) if compiled.positional else values
    rows = connection.exec_driver_sql(prefix + str(compiled), positional).all()
    return "\n".join(" ".join(map(str, row)) for row in rows)


async def test_lists(world: World, ids: dict[str, int]) -> None:
    async def page(who: str, view: View, namespace: str = "", after: str = "") -> list[str]:
        asked = OverviewPage(ids.get(who, 0), view, namespace, after, PAGE)
        what = f"{view.name} {namespace or 'all'} after {after or 'nothing'} as {who}"
        found = await _timed(what, lambda: world.store.overviews.page(asked))
        return [one.repository for one in found]

    assert len(await page("alice", View.OWN, "acme")) == PAGE
    assert len(await page("alice", View.OWN, "acme", "acme/r09800")) == PAGE
    assert len(await page("alice", View.EVERYTHING, "acme", "acme/r09800")) == PAGE
    assert len(await page("bob", View.OWN, "acme")) == 40
    assert len(await page("bob", View.READABLE)) == PAGE
    assert len(await page("bob", View.STARRED)) == 10
    assert len(await page("anonymous", View.READABLE)) == 100
    assert await page("anonymous", View.OWN) == []
    assert (
        len(await _timed("catalog", lambda: world.store.repositories.catalog(ids["bob"], "", PAGE))) == PAGE
    )


async def test_one(world: World, ids: dict[str, int]) -> None:
    found = await _timed("one", lambda: world.store.overviews.one(1, ids["bob"]))
    assert found.modified_ms == NOW + TAGS_OF_THE_LARGEST - 1
    query = TagQuery(1, NOW + DAY, live=True, limit=500)
    tags = await _timed("recent tags", lambda: world.store.tags.lives(query))
    assert [tag.start_ms for tag in tags] == [NOW + TAGS_OF_THE_LARGEST - 1 - n for n in range(500)]
    pulls = [Pull(key, "v1", 1, NOW - day * DAY) for key in range(1, PAGE) for day in range(90)]
    await world.store.pulls.record(pulls)
    totals = await _timed("pulls", lambda: world.store.pull_days.totals(list(range(1, PAGE)), 0))
    assert totals == dict.fromkeys(range(1, PAGE), 90)


async def test_tags(world: World, ids: dict[str, int]) -> None:
    lists, last = world.store.tag_lists, TAGS_OF_THE_LARGEST - 1

    async def page(**asked: Any) -> list[str]:
        query = TagListQuery(repository_id=1, now_ms=NOW + DAY, limit=PAGE, **asked)
        return [life.name for life in await _timed(str(asked), lambda: lists.page(query))]

    assert (await page())[0] == f"v{last:06}"
    assert (await page(order=TagOrder.OLDEST, offset=5_000))[0] == "v005000"
    assert (await page(order=TagOrder.NAME, offset=30_000))[0] == "v030000"
    assert await page(part=f"{last}") == [f"v{last:06}"]
    assert await page(part="nothing") == []
    assert await _timed("signatures", lambda: lists.signatures(1, NOW + DAY, 1000)) == 0
    digest = digest_of(b"1")
    facts = await _timed("facts", lambda: lists.facts(1, [digest], NOW + DAY))
    assert facts[digest].tags == TAGS_OF_THE_LARGEST
    query = TagEventQuery(repository_id=1, now_ms=NOW + DAY, limit=PAGE)
    events = await _timed("events", lambda: lists.events(query))
    assert [event.name for event in events[:2]] == [f"v{last:06}", f"v{last - 1:06}"]
    referrers = await _timed(
        "referrers",
        lambda: world.store.manifests.referrers(Referrers(1, digest, "", (), 2**20)),
    )
    assert referrers.found == []


async def test_plans(world: World, ids: dict[str, int]) -> None:
    """No list reads all tags of a repository, or all grants."""
    arguments = {"account_id": ids["bob"], "after": "acme/", "before": "acme0", "limit": PAGE}

    def plans(connection: Connection) -> dict[View, str]:
        return {view: _plan(connection, overviews._PAGES[view], arguments) for view in View}

    for view, plan in (await world.harness.tables(plans)).items():
        assert "ix_tag_repository_id_since_ms" in plan, view
        if world.harness.url.startswith("sqlite"):
            assert "SCAN tag" not in plan
            assert "SCAN repository_grant" not in plan


async def test_choices(world: World, ids: dict[str, int]) -> None:
    async def find(who: str, view: View, **asked: Any) -> int:
        query = SummaryQuery(account_id=ids.get(who, 0), view=view, limit=26, **asked)
        found = await _timed(f"{asked} of {view.name} as {who}", lambda: world.store.overviews.find(query))
        return len(found)

    for who, view in (("alice", View.OWN), ("alice", View.READABLE), ("bob", View.EVERYTHING)):
        for order in Order:
            assert await find(who, view, order=order) == 26
            assert await find(who, view, order=order, namespace="acme", offset=8900) == 26
            assert await find(who, view, order=order, text="r099") == 26
            assert await find(who, view, order=order, text="no such words") == 0
        assert await find(who, view, kind=Kind.IMAGE) == 26
        assert await find(who, view, kind=Kind.CHART) == 0
        assert await find(who, view, kind=Kind.ARTIFACT) == 0
    assert await find("anonymous", View.READABLE, order=Order.MODIFIED) == 26
    largest = await _timed("what is lost", lambda: world.store.overviews.holding(1))
    assert largest.tags == TAGS_OF_THE_LARGEST
