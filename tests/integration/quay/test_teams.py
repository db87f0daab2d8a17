"""Teams over Quay's REST API: answers field by field, who may see and change them, and what nobody may do."""

from __future__ import annotations

import pytest

from charthouse.model.permissions import Role
from tests.support.quay import QuayApi

ACME = "/api/v1/organization/acme"
DEV = f"{ACME}/team/dev"


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    await quay.organization("acme", "alice")
    await quay.account("bob")
    await quay.account("carol")
    return quay


async def put(quay: QuayApi, name: str, role: str, **fields: str) -> None:
    answer = await quay.ask("PUT", f"{ACME}/team/{name}", who="alice", document={"role": role, **fields})
    assert answer.status == 200


async def test_a_team_is_made_and_changed(acme: QuayApi) -> None:
    body = {"role": "member", "description": "builds"}
    answer = await acme.ask("PUT", DEV, who="alice", document=body)
    found = answer.json()
    assert found.pop("avatar")["kind"] == "team"
    assert (answer.status, found) == (
        200,
        {"name": "dev", "description": "builds", "can_view": True, "role": "member", "new_team": True},
    )
    again = (await acme.ask("PUT", DEV, who="alice", document={"role": "creator"})).json()
    assert (again["role"], again["description"], again["new_team"]) == ("creator", "builds", False)


@pytest.mark.parametrize("name", ["D", "Dev", "d%20v", "x"])
async def test_a_name_that_is_none(acme: QuayApi, name: str) -> None:
    answer = await acme.ask("PUT", f"{ACME}/team/{name}", who="alice", document={"role": "member"})
    assert answer.status == 400
    assert answer.json()["detail"].startswith("Invalid team name ")


@pytest.mark.parametrize(
    "body", [{}, {"role": "owner"}, {"role": None}, {"role": "member", "description": 5}]
)
async def test_a_body_that_is_wrong(acme: QuayApi, body: object) -> None:
    assert (await acme.ask("PUT", DEV, who="alice", document=body)).status == 400


async def test_members(acme: QuayApi) -> None:
    await put(acme, "dev", "member")
    added = await acme.ask("PUT", f"{DEV}/members/bob", who="alice")
    found = added.json()
    assert found.pop("avatar")["kind"] == "user"
    assert (added.status, found) == (
        200, {"name": "bob", "kind": "user", "is_robot": False, "invited": False},
    )  # fmt: skip
    again = await acme.ask("PUT", f"{DEV}/members/bob", who="alice", document={})
    assert again.status == 200
    for query in ("", "?includePending=True", "?includePending=false", "?includePending="):
        answer = await acme.ask("GET", f"{DEV}/members{query}", who="alice")
        listed = answer.json()
        assert (listed["name"], listed["can_edit"]) == ("dev", True)
        assert [(m["name"], m["kind"], m["invited"]) for m in listed["members"]] == [("bob", "user", False)]
    assert (await acme.ask("GET", f"{DEV}/members", who="bob")).json()["can_edit"] is False
    assert (await acme.ask("GET", f"{ACME}/team/owners/members", who="bob")).status == 403
    assert (await acme.ask("GET", f"{DEV}/members", who="carol")).status == 403
    assert (await acme.ask("GET", f"{DEV}/members")).status == 401
    assert (await acme.ask("DELETE", f"{DEV}/members/bob", who="alice", document={})).status == 204
    gone = await acme.ask("DELETE", f"{DEV}/members/bob", who="alice")
    assert (gone.status, gone.json()["message"]) == (400, "User bob does not belong to team dev")


async def test_what_is_not_there(acme: QuayApi) -> None:
    for method, path in (
        ("DELETE", "team/none"),
        ("GET", "team/none/members"),
        ("PUT", "team/none/members/bob"),
        ("DELETE", "team/none/members/bob"),
        ("GET", "team/none/permissions"),
        ("DELETE", "team/owners/members/nobody"),
    ):
        assert (await acme.ask(method, f"{ACME}/{path}", who="alice")).status == 404, path
    unknown = await acme.ask("PUT", f"{ACME}/team/owners/members/nobody", who="alice")
    assert (unknown.status, unknown.json()["detail"]) == (400, "Unknown user")


async def test_robots(acme: QuayApi) -> None:
    await put(acme, "dev", "member")
    await acme.ask("PUT", f"{ACME}/robots/ci", who="alice")
    await acme.ask("PUT", "/api/v1/user/robots/own", who="bob")
    added = (await acme.ask("PUT", f"{DEV}/members/acme+ci", who="alice")).json()
    assert (added["name"], added["is_robot"], added["kind"]) == ("acme+ci", True, "user")
    foreign = await acme.ask("PUT", f"{DEV}/members/bob+own", who="alice")
    assert foreign.status == 400
    assert foreign.json()["detail"] == "Cannot add robot bob+own under namespace acme"


async def test_permissions(acme: QuayApi) -> None:
    await put(acme, "dev", "member")
    repository_id = await acme.repository("acme/deep/app", "alice")
    assert await acme.registry.metadata.grants.grant_team(repository_id, "dev", Role.WRITE)
    answer = await acme.ask("GET", f"{DEV}/permissions", who="alice")
    assert answer.json() == {
        "permissions": [{"repository": {"name": "deep/app", "is_public": False}, "role": "write"}]
    }


async def test_nobody_ends_the_own_administration(acme: QuayApi) -> None:
    leaving = await acme.ask("DELETE", f"{ACME}/team/owners/members/alice", who="alice")
    assert leaving.status == 400
    assert leaving.json()["detail"] == "User cannot remove themselves from their only admin team."
    assert (await acme.ask("DELETE", f"{ACME}/team/owners", who="alice")).status == 400
    lower = await acme.ask("PUT", f"{ACME}/team/owners", who="alice", document={"role": "member"})
    assert lower.status == 400
    await acme.ask("PUT", f"{ACME}/team/owners/members/bob", who="alice")
    assert (await acme.ask("DELETE", f"{ACME}/team/owners/members/alice", who="bob")).status == 204
    assert (await acme.ask("GET", f"{ACME}/members", who="alice")).status == 403


async def test_only_administrators_change_teams(acme: QuayApi) -> None:
    await put(acme, "dev", "creator")
    await acme.ask("PUT", f"{DEV}/members/bob", who="alice")
    for who, status in (("bob", 403), ("carol", 403), ("", 401)):
        for method, path in (
            ("PUT", DEV),
            ("DELETE", DEV),
            ("PUT", f"{DEV}/members/carol"),
            ("DELETE", f"{DEV}/members/bob"),
            ("GET", f"{DEV}/permissions"),
        ):
            answer = await acme.ask(method, path, who=who, document={"role": "admin"})
            assert answer.status == status, (who, method, path)
    assert (await acme.ask("DELETE", DEV, who="alice", document={})).status == 204
