"""Searches over Quay's REST API: what is found, and what is told to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import People, Repositories
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

ENTITIES = "/api/v1/entities/"
ALL = "/api/v1/find/all"
REPOSITORIES = "/api/v1/find/repositories"


@pytest.fixture
async def town(quay: QuayApi) -> QuayApi:
    await quay.organization("acme", "alice")
    await quay.ask("PUT", "/api/v1/organization/acme/team/apex", who="alice", document={"role": "member"})
    await quay.ask("PUT", "/api/v1/organization/acme/robots/apbot", who="alice")
    await quay.account("apollo")
    await quay.repository("acme/app", "alice")
    await quay.repository("apollo/app-open", "apollo", public=True)
    return quay


async def names(quay: QuayApi, target: str, who: str = "") -> list[tuple[str, str]]:
    answer = await quay.ask("GET", target, who=who)
    assert answer.status == 200, answer.body
    return [(result["kind"], result["name"]) for result in answer.json()["results"]]


async def test_entities(town: QuayApi) -> None:
    everything = "namespace=acme&includeTeams=True&includeOrgs=true"
    assert await names(town, f"{ENTITIES}ap?{everything}", "alice") == [("team", "apex"), ("user", "apollo")]
    assert await names(town, f"{ENTITIES}ac?{everything}", "alice") == [
        ("user", "acme+apbot"),
        ("org", "acme"),
    ]
    answer = await town.ask("GET", f"{ENTITIES}acme%2B?{everything}".replace("%2B", "+"), who="alice")
    [robot, *_] = answer.json()["results"]
    assert (robot["is_robot"], robot["is_org_member"], robot["avatar"]["kind"]) == (True, True, "robot")
    person = (await town.ask("GET", f"{ENTITIES}apollo", who="alice")).json()["results"][0]
    assert person.keys() == {"name", "kind", "is_robot", "avatar"}


async def test_strangers_learn_nothing_of_teams_and_robots(town: QuayApi) -> None:
    everything = "namespace=acme&includeTeams=true&includeOrgs=true"
    assert await names(town, f"{ENTITIES}a?{everything}", "bob") == [("user", "alice"), ("user", "apollo")]
    assert (await town.ask("GET", f"{ENTITIES}a")).status == 401
    assert await names(town, f"{ENTITIES}a?namespace=nobody", "bob") == [
        ("user", "alice"),
        ("user", "apollo"),
    ]


async def test_repositories(town: QuayApi) -> None:
    answer = await town.ask("GET", f"{REPOSITORIES}?query=app", who="alice")
    found = answer.json()
    results = found.pop("results")
    assert found == {"has_additional": False, "page": 1, "page_size": 10, "start_index": 0}
    assert [(r["namespace"]["name"], r["name"], r["is_public"]) for r in results] == [
        ("acme", "app", False),
        ("apollo", "app-open", True),
    ]
    assert results[0]["href"] == "/repository/acme/app"
    for who in ("", "apollo"):
        assert await names(town, f"{REPOSITORIES}?query=app", who) == [("repository", "app-open")]
    narrow = await town.bearer("alice", "user:read")
    some = (await town.ask("GET", f"{REPOSITORIES}?query=app", headers=narrow)).json()["results"]
    assert [result["name"] for result in some] == ["app-open"]


async def test_pages(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"repositories": Repositories(search_page=2, search_pages=2)}
    async with quay_api(tmp_path / "data", present(), **settings) as quay:
        for number in range(5):
            await quay.repository(f"alice/app{number}", "alice")
        pages = [
            (await quay.ask("GET", f"{REPOSITORIES}?query=app&page={page}", who="alice")).json()
            for page in (1, 2)
        ]
        assert [[r["name"] for r in page["results"]] for page in pages] == [
            ["app0", "app1"],
            ["app2", "app3"],
        ]
        assert [(p["has_additional"], p["start_index"]) for p in pages] == [(True, 0), (False, 2)]
        for page in ("3", "0", "x"):
            answer = await quay.ask("GET", f"{REPOSITORIES}?query=app&page={page}", who="alice")
            assert answer.status == 400


async def test_everything(town: QuayApi) -> None:
    found = await names(town, f"{ALL}?query=ap", "alice")
    assert sorted(found) == [
        ("repository", "app"),
        ("repository", "app-open"),
        ("robot", "acme+apbot"),
        ("team", "apex"),
        ("user", "apollo"),
    ]
    assert sorted(await names(town, f"{ALL}?query=ap", "bob")) == [
        ("repository", "app-open"),
        ("user", "apollo"),
    ]
    assert await names(town, f"{ALL}?query=ap") == await names(town, f"{ALL}?query=ap", "bob")
    assert await names(town, f"{ALL}?query=acme") == [("organization", "acme")]
    assert await names(town, ALL, "alice") == []


async def test_who_stands_above_finds_all(tmp_path: Path) -> None:
    people = People(read_only_super_users=("auditor",))
    async with quay_api(tmp_path / "data", present(), people=people, anonymous_access=False) as quay:
        await quay.repository("alice/app", "alice")
        assert await names(quay, f"{REPOSITORIES}?query=app", "auditor") == [("repository", "app")]
        for target in (ALL, REPOSITORIES):
            assert (await quay.ask("GET", f"{target}?query=app")).status == 401
