"""Who may use a repository, over Quay's REST API."""

from __future__ import annotations

from typing import Any

import pytest

from charthouse.model.permissions import Role
from tests.support.quay import QuayApi

from .awkward_names import awkward

REPOSITORY = "/api/v1/repository"
USERS = f"{REPOSITORY}/acme/web/permissions/user/"
TEAMS = f"{REPOSITORY}/acme/web/permissions/team/"


@pytest.fixture(autouse=True)
async def acme(quay: QuayApi) -> None:
    """An organization of alice's with a team, a robot and a repository; bob and carol are in no team."""
    await quay.organization("acme", "alice")
    await quay.repository("acme/web", "alice")
    for name in ("bob", "carol"):
        await quay.account(name)
    for robot in ("organization/acme", "user"):
        made = await quay.ask("PUT", f"/api/v1/{robot}/robots/ci", who="alice", document={})
        assert made.status == 201


async def put(quay: QuayApi, path: str, role: str, who: str = "alice") -> Any:
    answer = await quay.ask("PUT", path, who=who, document={"role": role})
    return answer.status, answer.json()


async def role_of(quay: QuayApi, name: str) -> Role:
    account = await quay.account(name)
    return (await quay.registry.reader.access(account.account_id, "acme/web")).role


async def test_users(quay: QuayApi) -> None:
    status, found = await put(quay, USERS + "bob", "read")
    assert status == 200
    assert found == {
        "role": "read",
        "name": "bob",
        "is_robot": False,
        "avatar": found["avatar"],
        "is_org_member": False,
    }
    assert set(found["avatar"]) == {"name", "hash", "color", "kind"}
    assert await role_of(quay, "bob") is Role.READ
    assert (await put(quay, USERS + "bob", "write"))[1]["role"] == "write"
    assert await role_of(quay, "bob") is Role.WRITE
    answer = await quay.ask("GET", USERS + "bob", who="alice")
    assert (answer.status, answer.json()["role"]) == (200, "write")
    listed = (await quay.ask("GET", USERS, who="alice")).json()
    assert {name: one["role"] for name, one in listed["permissions"].items()} == {
        "alice": "admin",
        "bob": "write",
    }
    gone = await quay.ask("DELETE", USERS + "bob", who="alice", document={})
    assert (gone.status, gone.body) == (204, b"")
    assert await role_of(quay, "bob") is Role.NONE
    for method in ("GET", "DELETE"):
        missing = await quay.ask(method, USERS + "bob", who="alice")
        assert (missing.status, missing.json()["message"]) == (400, "User does not have permission for repo.")


async def test_robots(quay: QuayApi) -> None:
    for name in ("acme+ci", "acme%2Bci"):
        status, found = await put(quay, USERS + name, "write")
        assert (status, found["name"], found["is_robot"], found["is_org_member"]) == (
            200,
            "acme+ci",
            True,
            True,
        )
    assert await role_of(quay, "acme+ci") is Role.WRITE
    status, found = await put(quay, USERS + "alice+ci", "read")
    assert (status, found["detail"]) == (400, "Cannot add robot alice+ci under namespace acme")
    assert await role_of(quay, "alice+ci") is Role.NONE
    assert (await put(quay, USERS + "acme+none", "read"))[0] == 400
    assert (await quay.ask("DELETE", USERS + "acme+ci", who="alice")).status == 204


async def test_teams(quay: QuayApi) -> None:
    status, found = await put(quay, TEAMS + "owners", "write")
    assert (status, found["role"], found["name"], set(found)) == (
        200,
        "write",
        "owners",
        {"role", "name", "avatar"},
    )
    assert (await put(quay, TEAMS + "owners", "read"))[1]["role"] == "read"
    listed = (await quay.ask("GET", TEAMS, who="alice")).json()["permissions"]
    assert list(listed) == ["owners"]
    assert (await quay.ask("GET", TEAMS + "owners", who="alice")).json()["role"] == "read"
    assert (await quay.ask("DELETE", TEAMS + "owners", who="alice")).status == 204
    missing = await quay.ask("GET", TEAMS + "owners", who="alice")
    assert (missing.status, missing.json()["message"]) == (400, "Team does not have permission for repo.")
    assert (await put(quay, TEAMS + "none", "read"))[0] == 400
    await quay.organization("other", "alice")
    await quay.repository("alice/web", "alice")
    assert (await put(quay, f"{REPOSITORY}/alice/web/permissions/team/owners", "read"))[0] == 400


async def test_transitive(quay: QuayApi) -> None:
    path = USERS + "{}/transitive"
    assert (await quay.ask("GET", path.format("bob"), who="alice")).status == 404
    assert (await quay.ask("GET", path.format("nobody"), who="alice")).status == 404
    await put(quay, USERS + "bob", "write")
    found = await quay.ask("GET", path.format("bob"), who="alice")
    assert (found.status, found.json()) == (200, {"permissions": [{"role": "write"}]})
    await put(quay, TEAMS + "owners", "read")
    owner = (await quay.ask("GET", path.format("alice"), who="alice")).json()["permissions"]
    assert owner[0] == {"role": "admin"}
    assert {"role": "read"} in owner


@pytest.mark.parametrize("name", ["nobody", "acme", "other", "Bob", "b%C3%A4", "x%00y", "+", "a+"])
async def test_nobody_of_that_name(quay: QuayApi, name: str) -> None:
    await quay.organization("other", "alice")
    before = (await quay.ask("GET", USERS, who="alice")).json()
    for method in ("PUT", "GET", "DELETE"):
        document = {"role": "read"} if method == "PUT" else None
        answer = await quay.ask(method, USERS + name, who="alice", document=document)
        assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await quay.ask("GET", USERS, who="alice")).json() == before


async def test_the_owner_of_the_namespace(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    status, found = await put(quay, f"{REPOSITORY}/alice/web/permissions/user/alice", "read")
    assert (status, found["detail"]) == (400, "Namespace owner must always be admin.")
    status, found = await put(quay, f"{REPOSITORY}/alice/web/permissions/user/bob", "read")
    assert status == 200
    assert "is_org_member" not in found


@pytest.mark.parametrize(
    "document", [{}, {"role": "owner"}, {"role": None}, {"role": 3}, [], {"role": ["admin"]}]
)
async def test_malformed_bodies(quay: QuayApi, document: object) -> None:
    for path in (USERS + "bob", TEAMS + "owners"):
        answer = await quay.ask("PUT", path, who="alice", document=document)
        assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_only_administrators(quay: QuayApi) -> None:
    await put(quay, USERS + "bob", "write")
    asked = [
        (method, base + name, {"role": "admin"} if method == "PUT" else None)
        for base, name in ((USERS, "carol"), (USERS, "bob"), (TEAMS, "owners"))
        for method in ("GET", "PUT", "DELETE")
    ]
    asked += [("GET", USERS, None), ("GET", TEAMS, None), ("GET", USERS + "bob/transitive", None)]
    for method, path, document in asked:
        for who, status in (("bob", 403), ("carol", 403), ("", 401)):
            answer = await quay.ask(method, path, who=who, document=document)
            assert answer.status == status, (method, path, who)
    assert await role_of(quay, "bob") is Role.WRITE
    await put(quay, USERS + "bob", "admin")
    assert (await put(quay, USERS + "carol", "read", who="bob"))[0] == 200


@awkward
async def test_in_a_repository_of_any_name(quay: QuayApi, name: str) -> None:
    await quay.repository(f"acme/{name}", "alice") if name != "web" else None
    for path in (f"{REPOSITORY}/acme/{name}", f"{REPOSITORY}/acme%2F{name.replace('/', '%2F')}"):
        for grantee in ("user/bob", "user/acme+ci", "team/owners"):
            target = f"{path}/permissions/{grantee}"
            assert (await put(quay, target, "write"))[0] == 200
            assert (await quay.ask("GET", target, who="alice")).json()["role"] == "write"
        found = (await quay.ask("GET", f"{path}/permissions/user/bob/transitive", who="alice")).json()
        assert found == {"permissions": [{"role": "write"}]}
        users = (await quay.ask("GET", f"{path}/permissions/user/", who="alice")).json()["permissions"]
        assert set(users) == {"alice", "bob", "acme+ci"}
        teams = (await quay.ask("GET", f"{path}/permissions/team/", who="alice")).json()["permissions"]
        assert set(teams) == {"owners"}
        for grantee in ("user/bob", "user/acme+ci", "team/owners"):
            assert (await quay.ask("DELETE", f"{path}/permissions/{grantee}", who="alice")).status == 204
