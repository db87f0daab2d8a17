"""Robots of users and organizations over Quay's REST API, field by field."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from charthouse.config.settings import People
from charthouse.engines.metadata import tables
from charthouse.engines.metadata.commands.inserts import insert_row
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.services.identity.robots import require_local
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

USER = "/api/v1/user/robots"
ACME = "/api/v1/organization/acme/robots"
DATE = r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} -0000"


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    """An organization of Alice's with two repositories."""
    await quay.organization("acme", "alice")
    for path in ("acme/app", "acme/group/tool"):
        await quay.repository(path, "alice")
    return quay


async def make(quay: QuayApi, address: str, who: str = "alice", **body: Any) -> dict[str, Any]:
    answer = await quay.ask("PUT", address, who=who, document=body)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json()
    return made


async def add_team(quay: QuayApi, organization: str, name: str, *members: str) -> None:
    """Make a team of plain members, straight in the tables."""
    owner = (await quay.account(organization)).account_id
    ids = [(await quay.account(member)).account_id for member in members]

    def add(connection: Connection) -> None:
        row = {"organization_id": owner, "name": name, "role": NamespaceRole.MEMBER.value, "description": ""}
        team_id = insert_row(connection, insert(tables.team), row)
        for member_id in ids:
            link = {"team_id": team_id, "account_id": member_id}
            connection.execute(insert(tables.team_member).values(link))

    metadata: Any = quay.registry.metadata
    await metadata._content.write(add)


async def role(quay: QuayApi, robot: str, repository: str) -> Role:
    account = await quay.registry.metadata.accounts.by_name(robot)
    assert account is not None
    return (await quay.registry.reader.access(account.account_id, repository)).role


@pytest.mark.parametrize(("base", "owner"), [(USER, "alice"), (ACME, "acme")])
async def test_the_life_of_a_robot(acme: QuayApi, base: str, owner: str) -> None:
    body = {"description": "builds ☸", "unstructured_metadata": {"team": {"name": "infra"}}}
    answer = await acme.ask("PUT", f"{base}/ci", who="alice", document=body)
    assert answer.status == 201
    made = answer.json()
    assert made == {
        "name": f"{owner}+ci",
        "created": made["created"],
        "last_accessed": None,
        "description": "builds ☸",
        "creates_repositories": False,
        "token": made["token"],
        "unstructured_metadata": {"team": {"name": "infra"}},
    }
    assert re.fullmatch(r"[A-Z0-9]{64}", made["token"])
    assert re.fullmatch(DATE, made["created"])
    assert (await acme.ask("GET", f"{base}/ci", who="alice")).json() == made
    again = await acme.ask("PUT", f"{base}/ci", who="alice", document={})
    assert (again.status, again.json()["detail"]) == (400, f"Existing robot with name: {owner}+ci")
    listed = (await acme.ask("GET", base, who="alice")).json()
    assert listed == {"robots": [{k: v for k, v in made.items() if k != "unstructured_metadata"}]}
    regenerated = await acme.ask("POST", f"{base}/ci/regenerate", who="alice", document={})
    assert regenerated.status == 200
    assert regenerated.json()["token"] != made["token"]
    assert regenerated.json() == {**made, "token": regenerated.json()["token"]}
    assert (await acme.ask("GET", f"{base}/ci/permissions", who="alice")).json() == {"permissions": []}
    deleted = await acme.ask("DELETE", f"{base}/ci", who="alice", document={})
    assert (deleted.status, deleted.body) == (204, b"")
    for method, target in (
        ("GET", f"{base}/ci"),
        ("DELETE", f"{base}/ci"),
        ("GET", f"{base}/ci/permissions"),
        ("POST", f"{base}/ci/regenerate"),
    ):
        gone = await acme.ask(method, target, who="alice")
        assert (gone.status, gone.json()["error_type"]) == (404, "not_found"), target
    assert (await acme.ask("GET", base, who="alice")).json() == {"robots": []}


async def test_a_robot_needs_no_body(acme: QuayApi) -> None:
    answer = await acme.ask("PUT", f"{ACME}/ci", who="alice")
    assert answer.status == 201
    assert (answer.json()["description"], answer.json()["unstructured_metadata"]) == ("", {})


@pytest.mark.parametrize("short", ["x", "CI", "a+b", "-ci", "ci-", "a--b", "c i", "ü2", "a" * 256])
async def test_names(acme: QuayApi, short: str) -> None:
    answer = await acme.ask("PUT", f"{ACME}/{short}", who="alice", document={})
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await acme.ask("GET", f"{ACME}/{short}", who="alice")).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"description": "x" * 256},
        {"unstructured_metadata": "text"},
        {"unstructured_metadata": {"x": "y" * 20_000}},
        {"permissions": [{"repository": "app"}]},
        {"permissions": [{"repository": "app", "role": "owner"}]},
        {"permissions": [{"repository": "app", "role": "read"}, {"repository": "missing", "role": "read"}]},
        {"permissions": [{"repository": "../alice/app", "role": "read"}]},
        {"permissions": [{"repository": "", "role": "read"}]},
        [],
    ],
)
async def test_a_bad_wish_makes_no_robot(acme: QuayApi, body: Any) -> None:
    answer = await acme.ask("PUT", f"{ACME}/ci", who="alice", document=body)
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await acme.ask("GET", f"{ACME}/ci", who="alice")).status == 404


async def test_limited_to_repositories(acme: QuayApi) -> None:
    wished = [{"repository": "app", "role": "write"}, {"repository": "group/tool", "role": "read"}]
    await make(acme, f"{ACME}/ci", permissions=wished)
    granted = await acme.ask("GET", f"{ACME}/ci/permissions", who="alice")
    assert granted.json() == {
        "permissions": [
            {"repository": {"name": "app", "is_public": False}, "role": "write"},
            {"repository": {"name": "group/tool", "is_public": False}, "role": "read"},
        ]
    }
    assert await role(acme, "acme+ci", "acme/app") is Role.WRITE
    assert await role(acme, "acme+ci", "acme/group/tool") is Role.READ
    changed = await acme.ask(
        "PATCH",
        f"{ACME}/ci",
        who="alice",
        document={"permissions": [{"repository": "app", "role": "admin"}], "description": "new"},
    )
    assert (changed.status, changed.json()["description"]) == (200, "new")
    assert await role(acme, "acme+ci", "acme/app") is Role.ADMIN
    assert await role(acme, "acme+ci", "acme/group/tool") is Role.NONE
    untouched = await acme.ask("PATCH", f"{ACME}/ci", who="alice", document={"creates_repositories": True})
    assert untouched.json()["creates_repositories"] is True
    assert untouched.json()["description"] == "new"
    assert await role(acme, "acme+ci", "acme/app") is Role.ADMIN


async def test_a_robot_that_manages_what_it_creates(acme: QuayApi) -> None:
    made = await make(acme, f"{ACME}/maker", creates_repositories=True)
    assert made["creates_repositories"] is True
    robot = await acme.registry.metadata.accounts.by_name("acme+maker")
    assert robot is not None
    reader = acme.registry.reader
    assert (await reader.access(robot.account_id, "acme/new")).can_create
    assert not (await reader.access(robot.account_id, "alice/new")).can_create
    assert await role(acme, "acme+maker", "acme/app") is Role.NONE
    await acme.ask("PATCH", f"{ACME}/maker", who="alice", document={"creates_repositories": False})
    assert not (await reader.access(robot.account_id, "acme/new")).can_create


async def test_who_sees_what(acme: QuayApi) -> None:
    made = await make(acme, f"{ACME}/ci", permissions=[{"repository": "app", "role": "read"}])
    await add_team(acme, "acme", "members", "bob", "acme+ci")
    member = await acme.ask("GET", f"{ACME}?permissions=True&token=True", who="bob")
    assert member.status == 200
    [seen] = member.json()["robots"]
    assert set(seen) == {"name", "created", "last_accessed", "description", "creates_repositories"}
    full = await acme.ask("GET", f"{ACME}?permissions=True", who="alice")
    [seen] = full.json()["robots"]
    assert (seen["token"], seen["repositories"]) == (made["token"], ["app"])
    assert [(team["name"], team["avatar"]["kind"]) for team in seen["teams"]] == [("members", "team")]
    plain = await acme.ask("GET", f"{ACME}?token=False", who="alice")
    assert set(plain.json()["robots"][0]) == set(member.json()["robots"][0])
    for method, target in (("GET", "ci"), ("PUT", "new"), ("DELETE", "ci"), ("POST", "ci/regenerate")):
        refused = await acme.ask(method, f"{ACME}/{target}", who="bob", document={})
        assert (refused.status, refused.json()["error_type"]) == (403, "insufficient_scope")
    for target in (ACME, f"{ACME}/ci", f"{ACME}/missing"):
        assert (await acme.ask("GET", target, who="mallory")).status == 403
        assert (await acme.ask("GET", target)).status == 401
    assert (await acme.ask("GET", ACME, who="alice")).json()["robots"][0]["token"] == made["token"]


async def test_robots_of_users_are_their_own(acme: QuayApi) -> None:
    await make(acme, f"{USER}/ci", who="alice")
    assert (await acme.ask("GET", f"{USER}/ci", who="bob")).status == 404
    await make(acme, f"{USER}/ci", who="bob")
    assert (await acme.ask("GET", USER, who="bob")).json()["robots"][0]["name"] == "bob+ci"


async def test_limit_and_order(acme: QuayApi) -> None:
    for short in ("cc", "aa", "bb"):
        await make(acme, f"{ACME}/{short}")
    names = [
        robot["name"] for robot in (await acme.ask("GET", f"{ACME}?limit=2", who="alice")).json()["robots"]
    ]
    assert names == ["acme+aa", "acme+bb"]
    assert (await acme.ask("GET", f"{ACME}?limit=0", who="alice")).status == 400


@pytest.mark.parametrize(
    ("body", "enough"),
    [
        ({}, {"org:admin"}),
        ({"creates_repositories": True}, {"org:admin"}),
        ({"permissions": [{"repository": "app", "role": "read"}]}, set[str]()),
    ],
)
async def test_no_token_gives_more_than_it_carries(acme: QuayApi, body: Any, enough: set[str]) -> None:
    for number, scopes in enumerate(
        (["org:admin"], ["repo:admin"], ["user:admin", "repo:create"], ["org:admin", "repo:admin"])
    ):
        headers = await acme.bearer("alice", *scopes)
        answer = await acme.ask("PUT", f"{ACME}/ci{number}", document=body, headers=headers)
        allowed = enough | {"org:admin repo:admin"}
        assert answer.status == (201 if " ".join(scopes) in allowed else 403), scopes


async def test_a_token_of_users_makes_no_creator(quay: QuayApi) -> None:
    for scopes, status in ((["user:admin"], 403), (["user:admin", "repo:create"], 201)):
        answer = await quay.ask(
            "PUT",
            f"{USER}/maker",
            document={"creates_repositories": True},
            headers=await quay.bearer("alice", *scopes),
        )
        assert answer.status == status


async def test_nothing_is_taken_that_could_not_be_given(acme: QuayApi) -> None:
    await make(acme, f"{ACME}/ci", permissions=[{"repository": "app", "role": "read"}])
    headers = await acme.bearer("alice", "org:admin")
    answer = await acme.ask("PATCH", f"{ACME}/ci", document={"permissions": []}, headers=headers)
    assert answer.status == 403
    assert await role(acme, "acme+ci", "acme/app") is Role.READ


async def test_one_of_many_at_once_is_made(acme: QuayApi) -> None:
    answers = await asyncio.gather(
        *(acme.ask("PUT", f"{ACME}/ci", who="alice", document={}) for _ in range(8))
    )
    assert sorted(answer.status for answer in answers) == [201] + [400] * 7


async def test_disallowed_but_for_some(tmp_path: Path) -> None:
    people = People(robots_disallowed=True, robots_whitelist=("alice+good",))
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        refused = await quay.ask("PUT", f"{USER}/bad", who="alice", document={})
        assert refused.status == 400
        assert "disabled" in refused.json()["detail"]
        await make(quay, f"{USER}/good")


def test_robots_stay_in_their_namespace() -> None:
    require_local("acme+ci", "acme")
    require_local("bob", "acme")
    with pytest.raises(InvalidRequest, match=r"Cannot add robot acm\+ci under namespace acme"):
        require_local("acm+ci", "acme")
