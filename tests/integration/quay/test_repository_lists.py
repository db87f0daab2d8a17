"""Lists of repositories over Quay's REST API: what they show to whom, their pages, stars."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import People, Repositories
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Role
from charthouse.ports.content import Pull
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present, push_image

from .awkward_names import NAMES, awkward

REPOSITORY = "/api/v1/repository"
STARRED = "/api/v1/user/starred"


async def listed(quay: QuayApi, query: str, who: str = "alice") -> list[str]:
    answer = await quay.ask("GET", f"{REPOSITORY}?{query}", who=who)
    assert answer.status == 200, answer.body
    return [f"{one['namespace']}/{one['name']}" for one in answer.json()["repositories"]]


async def fill(quay: QuayApi) -> None:
    """Alice's organization with an open, a private and a granted repository; a repository of bob's own."""
    await quay.organization("acme", "alice")
    await quay.repository("acme/open", "alice", public=True)
    await quay.repository("acme/secret", "alice")
    granted = await quay.repository("acme/granted", "alice")
    bob = await quay.account("bob")
    await quay.registry.metadata.grants.grant(granted, bob.account_id, Role.READ)
    await quay.repository("bob/web", "bob")


async def test_what_is_listed_to_whom(quay: QuayApi) -> None:
    await fill(quay)
    everything = ["acme/granted", "acme/open", "acme/secret"]
    assert await listed(quay, "namespace=acme") == everything
    assert await listed(quay, "namespace=acme", "bob") == ["acme/granted"]
    assert await listed(quay, "namespace=acme&public=True", "bob") == ["acme/granted", "acme/open"]
    assert await listed(quay, "public=true", "bob") == ["acme/granted", "acme/open", "bob/web"]
    assert await listed(quay, "public=true", "carol") == ["acme/open"]
    assert await listed(quay, "namespace=acme&public=false", "carol") == []
    assert await listed(quay, "public=1", "") == ["acme/open"]
    assert await listed(quay, "namespace=acme", "") == []
    for nothing in ("none", "acm", "ACME", "acme/", "%25", "a%00b", "%C3%A9", "acme/open"):
        assert await listed(quay, f"namespace={nothing}&public=true") == []
    assert await listed(quay, "public=true&repo_kind=application") == []


@pytest.mark.parametrize("query", ["", "last_modified=true", "public=false", "namespace=&starred=False"])
async def test_a_list_of_everything(quay: QuayApi, query: str) -> None:
    answer = await quay.ask("GET", f"{REPOSITORY}?{query}", who="alice")
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_what_is_told(quay: QuayApi) -> None:
    repository_id = await quay.repository("alice/web", "alice", public=True)
    await quay.repository("alice/empty", "alice")
    now = quay.clock.now_ms()
    await push_image(
        quay.registry, await quay.actor("alice"), RepositoryName("alice/web"), "v1", b"{}", b"layer"
    )
    await quay.registry.metadata.pulls.record([Pull(repository_id, "v1", 7, now)])
    answer = await quay.ask(
        "GET", f"{REPOSITORY}?namespace=alice&last_modified=True&popularity=True", who="alice"
    )
    empty = {
        "namespace": "alice",
        "name": "empty",
        "description": "",
        "is_public": False,
        "kind": "image",
        "state": "NORMAL",
        "last_modified": None,
        "popularity": 0.0,
        "is_starred": False,
    }
    web = empty | {"name": "web", "is_public": True, "last_modified": now // 1000, "popularity": 7.0}
    assert answer.json() == {"repositories": [empty, web]}
    plain = (await quay.ask("GET", f"{REPOSITORY}?public=true")).json()["repositories"]
    assert set(plain[0]) == set(empty) - {"last_modified", "popularity", "is_starred"}


async def test_pages(quay: QuayApi) -> None:
    for number in range(205):
        await quay.repository(f"alice/r{number:03}", "alice", public=number % 2 == 0)
    await quay.account("bob")

    async def pages(query: str, who: str) -> list[list[str]]:
        found: list[list[str]] = []
        token = ""
        while True:
            answer = (await quay.ask("GET", f"{REPOSITORY}?{query}&next_page={token}", who=who)).json()
            found.append([one["name"] for one in answer["repositories"]])
            token = answer.get("next_page", "")
            if not token:
                return found

    owned = await pages("namespace=alice", "alice")
    assert [len(page) for page in owned] == [100, 100, 5]
    assert [name for page in owned for name in page] == [f"r{number:03}" for number in range(205)]
    public = await pages("public=true", "bob")
    assert [len(page) for page in public] == [100, 3]
    token = (await quay.ask("GET", f"{REPOSITORY}?namespace=alice", who="alice")).json()["next_page"]
    for who in ("bob", ""):
        answer = await quay.ask("GET", f"{REPOSITORY}?namespace=alice&next_page={token}", who=who)
        assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await quay.ask("GET", f"{REPOSITORY}?namespace=alice&next_page=x", who="alice")).status == 400


async def test_scopes(quay: QuayApi) -> None:
    await fill(quay)
    for scope, status in (("repo:read", 200), ("repo:admin", 200), ("user:admin", 403), ("org:admin", 403)):
        headers = await quay.bearer("alice", scope)
        answer = await quay.ask("GET", f"{REPOSITORY}?namespace=acme", headers=headers)
        assert answer.status == status


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[QuayApi]:
    people = People(super_users=("root", "eye"), read_only_super_users=("eye",), super_users_full_access=True)
    repositories = Repositories(public_namespaces=("acme",))
    settings: dict[str, Any] = {"people": people, "repositories": repositories}
    async with quay_api(tmp_path / "data", present(), **settings) as api:
        yield api


async def test_those_above(strict: QuayApi) -> None:
    await fill(strict)
    for who in ("root", "eye"):
        assert await listed(strict, "namespace=acme", who) == ["acme/granted", "acme/open", "acme/secret"]
        assert await listed(strict, "namespace=bob", who) == ["bob/web"]
    shown = (await strict.ask("GET", f"{REPOSITORY}/acme/secret", who="eye")).json()
    assert (shown["can_write"], shown["can_admin"]) == (False, False)
    headers = await strict.bearer("root", "repo:read")
    answer = await strict.ask("GET", f"{REPOSITORY}?namespace=acme", headers=headers)
    assert [one["name"] for one in answer.json()["repositories"]] == ["open"]


async def test_public_namespaces(strict: QuayApi) -> None:
    await fill(strict)
    await strict.repository("bob/open", "bob", public=True)
    assert await listed(strict, "namespace=acme", "carol") == ["acme/open"]
    assert await listed(strict, "namespace=bob", "carol") == []


@awkward
async def test_stars(quay: QuayApi, name: str) -> None:
    await quay.repository(f"alice/{name}", "alice")
    document = {"namespace": "alice", "repository": name}
    for _ in range(2):
        made = await quay.ask("POST", STARRED, who="alice", document=document)
        assert (made.status, made.json()) == (201, document)
    found = await quay.ask("GET", STARRED, who="alice")
    starred = {"namespace": "alice", "name": name, "description": "", "is_public": False}
    assert found.json() == {"repositories": [starred]}
    assert await listed(quay, "starred=true") == [f"alice/{name}"]
    assert (await quay.ask("GET", f"{REPOSITORY}/alice/{name}", who="alice")).json()["is_starred"] is True
    assert await listed(quay, "starred=true", "bob") == []
    path = f"{STARRED}/alice%2F{name.replace('/', '%2F')}" if "/" in name else f"{STARRED}/alice/{name}"
    for _ in range(2):
        gone = await quay.ask("DELETE", path, who="alice", document={})
        assert (gone.status, gone.body) == (204, b"")
    assert (await quay.ask("GET", STARRED, who="alice")).json() == {"repositories": []}


async def test_stars_of_what_is_not_readable(quay: QuayApi) -> None:
    repository_id = await quay.repository("alice/web", "alice", public=True)
    for name in ("web", "none"):
        answer = await quay.ask(
            "POST", STARRED, who="bob", document={"namespace": "alice", "repository": name}
        )
        assert answer.status == (201 if name == "web" else 403)
    await quay.registry.metadata.repositories.set_visibility(repository_id, public=False)
    assert (await quay.ask("GET", STARRED, who="bob")).json() == {"repositories": []}
    refused = await quay.ask("POST", STARRED, who="bob", document={"namespace": "alice", "repository": "web"})
    assert refused.status == 403
    for name in ("web", "none"):
        assert (await quay.ask("DELETE", f"{STARRED}/alice/{name}", who="bob")).status == 204
    for method, path in (("GET", STARRED), ("POST", STARRED), ("DELETE", f"{STARRED}/alice/web")):
        document = {"namespace": "alice", "repository": "web"} if method == "POST" else None
        assert (await quay.ask(method, path, document=document)).status == 401
    assert (await quay.ask("GET", f"{REPOSITORY}?starred=true")).status == 401


def test_the_list_of_names_has_those_that_the_api_promises() -> None:
    assert {"tag", "a/tag/b", "manifest", "permissions"} <= set(NAMES)
