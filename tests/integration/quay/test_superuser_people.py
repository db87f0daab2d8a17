"""Superusers and all users."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

USERS = "/api/v1/superuser/users/"
REFUSED = [("", 401), ("alice", 403), ("auditor", 403)]


async def names(quay: QuayApi, query: str = "", who: str = "root") -> list[str]:
    answer = await quay.ask("GET", USERS + query, who=who)
    assert answer.status == 200
    return [user["name"] for user in answer.json()["users"]]


async def test_list_shows_what_quay_shows(superuser: QuayApi) -> None:
    await superuser.account("alice")
    answer = await superuser.ask("GET", USERS, who="root")
    assert set(answer.json()) == {"users"}
    alice, root = answer.json()["users"]
    assert alice == {
        "kind": "user",
        "name": "alice",
        "username": "alice",
        "email": None,
        "verified": True,
        "avatar": alice["avatar"],
        "super_user": False,
        "enabled": True,
    }
    assert set(alice["avatar"]) == {"name", "hash", "color", "kind"}
    assert (root["name"], root["super_user"]) == ("root", True)


async def test_list_goes_by_pages(superuser: QuayApi) -> None:
    for name in ("alice", "bob", "carol"):
        await superuser.account(name)
    seen: list[str] = []
    target = f"{USERS}?limit=2"
    for _ in range(3):
        page = (await superuser.ask("GET", target, who="root")).json()
        seen += [user["name"] for user in page["users"]]
        if "next_page" not in page:
            break
        target = f"{USERS}?limit=2&next_page={page['next_page']}"
    assert seen == ["alice", "bob", "carol", "root"]
    foreign = await superuser.ask("GET", target, who="toor")
    assert foreign.status == 400


async def test_disabled_users_are_left_out_on_request(superuser: QuayApi) -> None:
    await superuser.account("alice")
    await superuser.ask("PUT", f"{USERS}alice", who="root", document={"enabled": False})
    assert await names(superuser) == ["alice", "root"]
    assert await names(superuser, "?disabled=False") == ["root"]


async def test_user_is_made_with_a_password_that_works(superuser: QuayApi) -> None:
    document = {"username": "dave", "email": "dave@example.com"}
    answer = await superuser.ask("POST", USERS, who="root", document=document)
    made = answer.json()
    assert answer.status == 200
    assert set(made) == {"username", "email", "password", "encrypted_password"}
    assert (made["username"], made["email"], len(made["password"])) == ("dave", "dave@example.com", 32)
    assert answer.headers["cache-control"] == "no-store"
    for password in (made["password"], made["encrypted_password"]):
        account = await superuser.registry.logins.verify("dave", password, "127.0.0.1")
        assert account.name == "dave"
    again = await superuser.ask("POST", USERS, who="root", document=document)
    assert again.status == 400
    assert (await superuser.ask("POST", USERS, who="root", document={"username": "No!"})).status == 400


async def test_one_user(superuser: QuayApi) -> None:
    await superuser.account("alice")
    await superuser.organization("acme", "alice")
    answer = await superuser.ask("GET", f"{USERS}alice", who="root")
    assert (answer.status, answer.json()["name"]) == (200, "alice")
    for missing in ("nobody", "acme"):
        assert (await superuser.ask("GET", f"{USERS}{missing}", who="root")).status == 404


async def test_user_is_changed(superuser: QuayApi) -> None:
    await superuser.account("alice")
    document = {"password": "a new password", "email": "alice@example.com"}
    refused = await superuser.ask("PUT", f"{USERS}alice", who="root", document=document)
    assert refused.status == 400
    assert "password" in refused.json()["detail"]
    document["password"] = "a-new-password"
    answer = await superuser.ask("PUT", f"{USERS}alice", who="root", document=document)
    assert (answer.status, answer.json()["email"]) == (200, "alice@example.com")
    await superuser.registry.logins.verify("alice", "a-new-password", "127.0.0.1")


async def test_disabling_ends_tokens_at_once(superuser: QuayApi) -> None:
    assert (await superuser.ask("GET", "/api/v1/user/", who="alice")).status == 200
    answer = await superuser.ask("PUT", f"{USERS}alice", who="root", document={"enabled": False})
    assert (answer.status, answer.json()["enabled"]) == (200, False)
    assert (await superuser.ask("GET", "/api/v1/user/", who="alice")).status == 401
    answer = await superuser.ask("PUT", f"{USERS}alice", who="root", document={"enabled": True})
    assert answer.json()["enabled"] is True


async def test_user_is_deleted_with_everything(superuser: QuayApi) -> None:
    await superuser.repository("alice/app", "alice", public=True)
    answer = await superuser.ask("DELETE", f"{USERS}alice", who="root")
    assert (answer.status, answer.body) == (204, b"")
    assert await names(superuser) == ["root"]
    assert await superuser.registry.metadata.accounts.by_name("alice") is None
    assert await superuser.registry.metadata.repositories.names("", 10) == []


async def test_only_administrator_is_not_deleted(superuser: QuayApi) -> None:
    await superuser.organization("acme", "alice")
    answer = await superuser.ask("DELETE", f"{USERS}alice", who="root")
    assert answer.status == 400
    assert "acme" in answer.json()["detail"]
    assert "alice" in await names(superuser)


@pytest.mark.parametrize("name", ["toor", "root"])
async def test_superusers_are_not_changed_here(superuser: QuayApi, name: str) -> None:
    await superuser.account(name)
    for method, document in (
        ("PUT", {"enabled": False}),
        ("PUT", {"password": "a-new-password"}),
        ("DELETE", {}),
    ):
        answer = await superuser.ask(method, f"{USERS}{name}", who="root", document=document)
        assert answer.status == 400
        assert "superuser" in answer.json()["detail"]
    kept = await superuser.account(name)
    assert (kept.enabled, kept.password_hash) == (True, "")


async def test_nobody_is_made_a_superuser_here(superuser: QuayApi) -> None:
    await superuser.account("alice")
    answer = await superuser.ask("PUT", f"{USERS}alice", who="root", document={"superuser": True})
    assert answer.status == 400
    assert "SUPER_USERS" in answer.json()["detail"]


async def test_no_mail_is_pretended(superuser: QuayApi) -> None:
    await superuser.account("alice")
    path = "/api/v1/superusers/users/{}/sendrecovery"
    answer = await superuser.ask("POST", path.format("alice"), who="root")
    assert answer.status == 400
    assert "mail" in answer.json()["detail"]
    assert (await superuser.ask("POST", path.format("nobody"), who="root")).status == 404


@pytest.mark.parametrize(("who", "status"), REFUSED)
async def test_others_change_nothing(superuser: QuayApi, who: str, status: int) -> None:
    await superuser.account("bob")
    requests: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
        ("POST", USERS, {"username": "eve"}),
        ("PUT", f"{USERS}bob", {"enabled": False}),
        ("DELETE", f"{USERS}bob", None),
        ("POST", "/api/v1/superusers/users/bob/sendrecovery", None),
    )
    for method, path, document in requests:
        assert (await superuser.ask(method, path, who=who, document=document)).status == status, path
    assert (await superuser.account("bob")).enabled
    assert await superuser.registry.metadata.accounts.by_name("eve") is None


async def test_observer_sees(superuser: QuayApi) -> None:
    await superuser.account("alice")
    assert await names(superuser, who="auditor") == ["alice", "auditor"]
    assert (await superuser.ask("GET", f"{USERS}alice", who="auditor")).status == 200
    assert (await superuser.ask("GET", USERS, who="alice")).status == 403
    assert (await superuser.ask("GET", USERS)).status == 401


async def test_token_needs_the_scope(superuser: QuayApi) -> None:
    headers = await superuser.bearer("root", "user:admin", "org:admin")
    assert (await superuser.ask("GET", USERS, headers=headers)).status == 403


async def test_basic_credentials_are_not_taken(superuser: QuayApi) -> None:
    basic = base64.b64encode(b"root:whatever").decode()
    answer = await superuser.ask("GET", USERS, headers={"Authorization": f"Basic {basic}"})
    assert answer.status == 401


async def test_without_the_feature_there_is_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("FEATURE_SUPER_USERS: false\nSUPER_USERS: [root]\n")
    async with quay_api(tmp_path / "data", present(), config=config) as quay:
        for method, path in (("GET", USERS), ("GET", "/api/v1/superuser/organizations/")):
            assert (await quay.ask(method, path, who="root")).status == 404
