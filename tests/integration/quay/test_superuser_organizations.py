"""Superusers, all organizations, and namespaces that are taken over."""

from __future__ import annotations

from typing import Any

import pytest

from charthouse.model.permissions import Role
from tests.support.quay import QuayApi

ORGANIZATIONS = "/api/v1/superuser/organizations/"
TAKE = "/api/v1/superuser/takeownership/"


async def role(quay: QuayApi, who: str, repository: str) -> Role:
    account = await quay.account(who)
    return (await quay.registry.reader.access(account.account_id, repository)).role


async def test_list(superuser: QuayApi) -> None:
    for name in ("zeta", "acme"):
        await superuser.organization(name, "alice")
    answer = await superuser.ask("GET", ORGANIZATIONS, who="root")
    assert answer.status == 200
    first, second = answer.json()["organizations"]
    assert set(first) == {"name", "email", "avatar"}
    assert (first["name"], second["name"]) == ("acme", "zeta")
    page = (await superuser.ask("GET", f"{ORGANIZATIONS}?limit=1", who="auditor")).json()
    rest = await superuser.ask("GET", f"{ORGANIZATIONS}?limit=1&next_page={page['next_page']}", who="auditor")
    assert [one["name"] for one in rest.json()["organizations"]] == ["zeta"]
    assert "next_page" not in rest.json()


async def test_rename(superuser: QuayApi) -> None:
    await superuser.organization("acme", "alice")
    await superuser.repository("acme/app", "alice")
    answer = await superuser.ask("PUT", f"{ORGANIZATIONS}acme", who="root", document={"name": "apex"})
    assert (answer.status, answer.json()["name"]) == (200, "apex")
    assert await role(superuser, "alice", "apex/app") is Role.ADMIN
    assert await role(superuser, "alice", "acme/app") is Role.NONE


@pytest.mark.parametrize("name", ["alice", "beta", "No!", "x", ""])
async def test_rename_to_what_is_taken_or_no_name(superuser: QuayApi, name: str) -> None:
    await superuser.organization("acme", "alice")
    await superuser.organization("beta", "alice")
    answer = await superuser.ask("PUT", f"{ORGANIZATIONS}acme", who="root", document={"name": name})
    assert answer.status == 400
    assert answer.json()["error_type"] == "invalid_request"


async def test_missing_ones(superuser: QuayApi) -> None:
    await superuser.account("alice")
    for name in ("nothing", "alice"):
        path = f"{ORGANIZATIONS}{name}"
        assert (await superuser.ask("PUT", path, who="root", document={"name": "new"})).status == 404
        assert (await superuser.ask("DELETE", path, who="root")).status == 404
    assert (await superuser.ask("POST", f"{TAKE}nothing", who="root")).status == 404


async def test_delete(superuser: QuayApi) -> None:
    await superuser.organization("acme", "alice")
    await superuser.repository("acme/app", "alice")
    answer = await superuser.ask("DELETE", f"{ORGANIZATIONS}acme", who="root")
    assert (answer.status, answer.body) == (204, b"")
    assert await superuser.registry.metadata.repositories.names("", 10) == []


async def test_take_over_an_organization(superuser: QuayApi) -> None:
    await superuser.organization("acme", "alice")
    await superuser.repository("acme/app", "alice")
    assert await role(superuser, "root", "acme/app") is Role.NONE
    answer = await superuser.ask("POST", f"{TAKE}acme", who="root")
    assert (answer.status, answer.json()) == (200, {"namespace": "acme"})
    assert await role(superuser, "root", "acme/app") is Role.ADMIN


async def test_take_over_a_user(superuser: QuayApi) -> None:
    await superuser.repository("alice/app", "alice")
    headers = await superuser.bearer("alice")
    answer = await superuser.ask("POST", f"{TAKE}alice", who="root")
    assert (answer.status, answer.json()) == (200, {"namespace": "alice"})
    assert await role(superuser, "root", "alice/app") is Role.ADMIN
    assert (await superuser.ask("GET", "/api/v1/user/", headers=headers)).status == 401
    listed = await superuser.ask("GET", ORGANIZATIONS, who="root")
    assert [one["name"] for one in listed.json()["organizations"]] == ["alice"]


async def test_superusers_are_not_taken_over(superuser: QuayApi) -> None:
    for name in ("toor", "root"):
        await superuser.account(name)
        answer = await superuser.ask("POST", f"{TAKE}{name}", who="root")
        assert answer.status == 400
    assert (await superuser.ask("GET", "/api/v1/user/", who="toor")).status == 200


@pytest.mark.parametrize(("who", "status"), [("", 401), ("alice", 403), ("auditor", 403)])
async def test_others_change_nothing(superuser: QuayApi, who: str, status: int) -> None:
    await superuser.organization("acme", "bob")
    requests: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
        ("PUT", f"{ORGANIZATIONS}acme", {"name": "mine"}),
        ("DELETE", f"{ORGANIZATIONS}acme", None),
        ("POST", f"{TAKE}acme", None),
        ("POST", f"{TAKE}bob", None),
    )
    for method, path, document in requests:
        assert (await superuser.ask(method, path, who=who, document=document)).status == status, path
    kept = await superuser.account("acme")
    assert kept.name == "acme"


async def test_status(superuser: QuayApi) -> None:
    for who in ("root", "auditor"):
        answer = await superuser.ask("GET", "/api/v1/superuser/registrystatus", who=who)
        assert (answer.status, answer.json()) == (200, {"status": "ready"})
    assert (await superuser.ask("GET", "/api/v1/superuser/registrystatus", who="alice")).status == 403
