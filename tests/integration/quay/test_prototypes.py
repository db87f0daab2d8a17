"""Default permissions over Quay's REST API."""

from __future__ import annotations

import pytest

from charthouse.model.permissions import Role
from tests.support.quay import QuayApi

PROTOTYPES = "/api/v1/organization/acme/prototypes"


@pytest.fixture
async def acme(quay: QuayApi) -> QuayApi:
    await quay.organization("acme", "alice")
    await quay.account("bob")
    await quay.ask("PUT", "/api/v1/organization/acme/team/dev", who="alice", document={"role": "member"})
    return quay


async def test_they_come_and_go(acme: QuayApi) -> None:
    made = await acme.ask(
        "POST",
        PROTOTYPES,
        who="alice",
        document={
            "role": "write",
            "delegate": {"name": "bob", "kind": "user"},
            "activating_user": {"name": "alice"},
        },
    )
    assert made.status == 200
    found = made.json()
    assert found["role"] == "write"
    assert found["activating_user"].pop("avatar")["kind"] == "user"
    assert found["activating_user"] == {
        "name": "alice", "is_robot": False, "kind": "user", "is_org_member": True,
    }  # fmt: skip
    assert (found["delegate"]["name"], found["delegate"]["is_org_member"]) == ("bob", False)
    team = {"role": "read", "delegate": {"name": "dev", "kind": "team"}}
    other = (await acme.ask("POST", PROTOTYPES, who="alice", document=team)).json()
    assert other["activating_user"] is None
    assert other["delegate"].keys() == {"name", "kind", "avatar"}
    assert (other["delegate"]["name"], other["delegate"]["kind"]) == ("dev", "team")
    listed = (await acme.ask("GET", PROTOTYPES, who="alice")).json()["prototypes"]
    assert {one["id"] for one in listed} == {found["id"], other["id"]}
    one = f"{PROTOTYPES}/{other['id']}"
    changed = await acme.ask("PUT", one, who="alice", document={"role": "admin"})
    assert (changed.status, changed.json()) == (200, other | {"role": "admin"})
    assert (await acme.ask("DELETE", one, who="alice", document={})).status == 204
    for method in ("PUT", "DELETE"):
        assert (await acme.ask(method, one, who="alice", document={"role": "read"})).status == 404


async def test_they_are_applied(acme: QuayApi) -> None:
    bob = await acme.account("bob")
    body = {"role": "write", "delegate": {"name": "bob", "kind": "user"}}
    await acme.ask("POST", PROTOTYPES, who="alice", document=body)
    await acme.repository("acme/app", "alice")
    assert (await acme.registry.reader.access(bob.account_id, "acme/app")).role is Role.WRITE


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"delegate": {"name": "nobody", "kind": "user"}}, "Missing delegate user or team"),
        ({"delegate": {"name": "bob", "kind": "team"}}, "Missing delegate user or team"),
        ({"delegate": {"name": "acme", "kind": "user"}}, "Missing delegate user or team"),
        (
            {"delegate": {"name": "bob", "kind": "user"}, "activating_user": {"name": "nobody"}},
            "Unknown activating user",
        ),
    ],
)
async def test_who_is_not_there(acme: QuayApi, body: dict[str, object], text: str) -> None:
    answer = await acme.ask("POST", PROTOTYPES, who="alice", document={"role": "read", **body})
    assert (answer.status, answer.json()["detail"]) == (400, text)


async def test_for_administrators_only(acme: QuayApi) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("PUT", "/x"), ("DELETE", "/x")):
        for who, status in (("bob", 403), ("", 401)):
            answer = await acme.ask(method, PROTOTYPES + path, who=who, document={"role": "read"})
            assert answer.status == status
