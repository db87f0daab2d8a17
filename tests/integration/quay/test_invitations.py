"""Invitations to teams over Quay's REST API, with the mail feature on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import Mail
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

DEV = "/api/v1/organization/acme/team/dev"
NOTIFICATIONS = "/api/v1/user/notifications"


@pytest.fixture
async def acme(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with quay_api(tmp_path / "data", present(), mail=Mail(enabled=True)) as quay:
        await quay.organization("acme", "alice")
        await quay.account("bob")
        await quay.ask("PUT", DEV, who="alice", document={"role": "creator"})
        yield quay


async def invite(quay: QuayApi, name: str = "bob") -> dict[str, Any]:
    """Invite a user; returns the notification."""
    answer = await quay.ask("PUT", f"{DEV}/members/{name}", who="alice")
    assert (answer.status, answer.json()["invited"]) == (200, True)
    found = (await quay.ask("GET", NOTIFICATIONS, who=name)).json()["notifications"]
    notice: dict[str, Any] = found[0]
    return notice


async def members(quay: QuayApi) -> list[tuple[str, bool]]:
    answer = await quay.ask("GET", f"{DEV}/members?includePending=true", who="alice")
    return [(m.get("name") or m["email"], m["invited"]) for m in answer.json()["members"]]


async def test_the_invited_user_is_told_and_accepts(acme: QuayApi) -> None:
    notice = await invite(acme)
    code = notice["metadata"].pop("code")
    created = notice.pop("created")
    assert created.endswith("-0000")
    assert notice == {
        "id": notice["id"], "organization": None, "kind": "org_team_invite", "dismissed": False,
        "metadata": {"inviter": "alice", "org": "acme", "team": "dev"},
    }  # fmt: skip
    assert await members(acme) == [("bob", True)]
    plain = await acme.ask("GET", f"{DEV}/members", who="alice")
    assert plain.json()["members"] == []
    assert (await acme.ask("PUT", f"/api/v1/teaminvite/{code}", who="carol")).status == 404
    assert (await acme.ask("PUT", f"/api/v1/teaminvite/{code}")).status == 401
    joined = await acme.ask("PUT", f"/api/v1/teaminvite/{code}", who="bob", document={})
    assert (joined.status, joined.json()) == (200, {"org": "acme", "team": "dev"})
    assert await members(acme) == [("bob", False)]
    assert (await acme.ask("PUT", f"/api/v1/teaminvite/{code}", who="bob")).status == 404
    assert (await acme.ask("GET", NOTIFICATIONS, who="bob")).json() == {
        "notifications": [], "additional": False,
    }  # fmt: skip


async def test_declined(acme: QuayApi) -> None:
    code = (await invite(acme))["metadata"]["code"]
    assert (await acme.ask("DELETE", f"/api/v1/teaminvite/{code}", who="carol")).status == 404
    assert (await acme.ask("DELETE", f"/api/v1/teaminvite/{code}", who="bob", document={})).status == 204
    assert await members(acme) == []


async def test_withdrawn(acme: QuayApi) -> None:
    code = (await invite(acme))["metadata"]["code"]
    assert (await acme.ask("DELETE", f"{DEV}/members/bob", who="alice")).status == 204
    assert (await acme.ask("PUT", f"/api/v1/teaminvite/{code}", who="bob")).status == 404


async def test_an_address(acme: QuayApi) -> None:
    path = f"{DEV}/invite/carol@example.com"
    answer = await acme.ask("PUT", path, who="alice", document={})
    found = answer.json()
    assert found.pop("avatar")["kind"] == "user"
    assert (answer.status, found) == (
        200, {"email": "carol@example.com", "kind": "invite", "invited": True},
    )  # fmt: skip
    assert await members(acme) == [("carol@example.com", True)]
    assert (await acme.ask("PUT", f"{DEV}/invite/nobody", who="alice")).status == 400
    assert (await acme.ask("DELETE", path, who="alice")).status == 204
    assert (await acme.ask("DELETE", path, who="alice")).status == 404


async def test_members_of_the_organization_and_robots_are_added_at_once(acme: QuayApi) -> None:
    await acme.ask("PUT", "/api/v1/organization/acme/robots/ci", who="alice")
    for name in ("alice", "acme+ci"):
        added = await acme.ask("PUT", f"{DEV}/members/{name}", who="alice")
        assert added.json()["invited"] is False


async def test_put_aside(acme: QuayApi) -> None:
    notice = await invite(acme)
    one = f"{NOTIFICATIONS}/{notice['id']}"
    assert (await acme.ask("GET", one, who="bob")).json() == notice
    assert (await acme.ask("GET", one, who="alice")).status == 404
    aside = await acme.ask("PUT", one, who="bob", document={"dismissed": True})
    assert (aside.status, aside.json()) == (200, notice | {"dismissed": True})
    assert (await acme.ask("GET", NOTIFICATIONS, who="bob")).json()["notifications"] == []
    assert await members(acme) == [("bob", True)]


async def test_without_mail_people_are_added_at_once(quay: QuayApi) -> None:
    await quay.organization("acme", "alice")
    await quay.account("bob")
    await quay.ask("PUT", DEV, who="alice", document={"role": "member"})
    assert (await quay.ask("PUT", f"{DEV}/members/bob", who="alice")).json()["invited"] is False
    assert (await quay.ask("PUT", "/api/v1/teaminvite/code", who="bob")).status == 404
    assert (await quay.ask("PUT", f"{DEV}/invite/c@example.com", who="alice")).status == 404
    assert (await quay.ask("GET", NOTIFICATIONS, who="bob")).json()["notifications"] == []
