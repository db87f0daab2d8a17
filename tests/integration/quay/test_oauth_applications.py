"""OAuth applications and their tokens over Quay's REST API: answers, field by field, and refusals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import People, Tokens
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

APPLICATIONS = "/api/v1/organization/acme/applications"
CALLBACK = "https://ci.example.com/callback"
NEW = {
    "name": "CI",
    "redirect_uri": CALLBACK,
    "application_uri": "https://ci.example.com",
    "description": "builds",
    "avatar_email": "ci@example.com",
}


@pytest.fixture
async def app(quay: QuayApi) -> dict[str, Any]:
    """An application of the organization that alice administers."""
    await quay.organization("acme", "alice")
    answer = await quay.ask("POST", APPLICATIONS, document=NEW, who="alice")
    assert answer.status == 200
    found: dict[str, Any] = answer.json()
    return found


def tokens_of(app: dict[str, Any]) -> str:
    return f"{APPLICATIONS}/{app['client_id']}/tokens"


async def token(quay: QuayApi, app: dict[str, Any], **body: Any) -> dict[str, Any]:
    document = {"name": "robot arm", "scope": "repo:read"} | body
    answer = await quay.ask("POST", tokens_of(app), document=document, who="alice")
    assert answer.status == 201
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['token']}"}


async def test_an_application(quay: QuayApi, app: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z0-9]{20}", app["client_id"])
    assert re.fullmatch(r"[A-Z0-9]{40}", app["client_secret"])
    assert app == NEW | {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    listed = await quay.ask("GET", APPLICATIONS, who="alice")
    assert listed.json() == {"applications": [app]}
    one = await quay.ask("GET", f"{APPLICATIONS}/{app['client_id']}", who="alice")
    assert (one.status, one.json()) == (200, app)


async def test_only_a_name_is_needed(quay: QuayApi, app: dict[str, Any]) -> None:
    answer = await quay.ask("POST", APPLICATIONS, document={"name": "bare"}, who="alice")
    found = answer.json()
    assert (found["redirect_uri"], found["application_uri"], found["description"]) == ("", "", "")
    assert found["avatar_email"] is None


async def test_what_everybody_may_know(quay: QuayApi, app: dict[str, Any]) -> None:
    answer = await quay.ask("GET", f"/api/v1/app/{app['client_id']}")
    assert answer.status == 200
    found = answer.json()
    assert (found["name"], found["description"], found["uri"]) == ("CI", "builds", NEW["application_uri"])
    assert found["avatar"]["kind"] == "app"
    assert found["organization"]["name"] == "acme"
    assert set(found) == {"name", "description", "uri", "avatar", "organization"}
    assert app["client_secret"] not in answer.body.decode()
    assert (await quay.ask("GET", "/api/v1/app/NOBODY")).status == 404


async def test_changes(quay: QuayApi, app: dict[str, Any]) -> None:
    address = f"{APPLICATIONS}/{app['client_id']}"
    changed = {"name": "CD", "redirect_uri": "", "application_uri": ""}
    answer = await quay.ask("PUT", address, document=changed, who="alice")
    assert answer.status == 200
    assert answer.json() == app | changed | {"description": "", "avatar_email": None}
    for missing in changed:
        body = {name: value for name, value in changed.items() if name != missing}
        assert (await quay.ask("PUT", address, document=body, who="alice")).status == 400


async def test_a_new_secret(quay: QuayApi, app: dict[str, Any]) -> None:
    address = f"{APPLICATIONS}/{app['client_id']}"
    answer = await quay.ask("POST", f"{address}/resetclientsecret", who="alice")
    assert answer.status == 200
    new = answer.json()
    assert new["client_secret"] != app["client_secret"]
    assert new == app | {"client_secret": new["client_secret"]}
    assert (await quay.ask("GET", address, who="alice")).json() == new


async def test_a_removed_application_takes_its_tokens_along(quay: QuayApi, app: dict[str, Any]) -> None:
    made = await token(quay, app, scope="user:read")
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 200
    answer = await quay.ask("DELETE", f"{APPLICATIONS}/{app['client_id']}", who="alice")
    assert (answer.status, answer.body) == (204, b"")
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 401
    assert (await quay.ask("GET", f"{APPLICATIONS}/{app['client_id']}", who="alice")).status == 404
    assert (await quay.ask("DELETE", f"{APPLICATIONS}/{app['client_id']}", who="alice")).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": " "},
        {"name": 3},
        {"name": "x" * 256},
        {"name": "a\0b"},
        {"name": "x", "redirect_uri": "javascript:alert(1)"},
        {"name": "x", "redirect_uri": "https://user@ci.example.com/"},
        {"name": "x", "redirect_uri": "/relative"},
        {"name": "x", "description": "x" * 10_001},
    ],
)
async def test_malformed_applications(quay: QuayApi, app: dict[str, Any], body: dict[str, Any]) -> None:
    answer = await quay.ask("POST", APPLICATIONS, document=body, who="alice")
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")
    assert (await quay.ask("GET", APPLICATIONS, who="alice")).json() == {"applications": [app]}


async def test_only_administrators(quay: QuayApi, app: dict[str, Any]) -> None:
    one = f"{APPLICATIONS}/{app['client_id']}"
    for who, status in (("", 401), ("mallory", 403)):
        for method, target in (
            ("GET", APPLICATIONS),
            ("POST", APPLICATIONS),
            ("GET", one),
            ("PUT", one),
            ("DELETE", one),
            ("POST", f"{one}/resetclientsecret"),
            ("GET", f"{one}/tokens"),
            ("POST", f"{one}/tokens"),
            ("DELETE", f"{one}/tokens/{'0' * 32}"),
        ):
            body = NEW | {"scope": "repo:read"}
            answer = await quay.ask(method, target, document=body, who=who)
            assert answer.status == status, (method, target)
            assert app["client_secret"] not in answer.body.decode()
    assert (await quay.ask("GET", one, who="alice")).json() == app


async def test_the_application_of_another_organization(quay: QuayApi, app: dict[str, Any]) -> None:
    """CVE-2022-31667's class: an identifier below a name that is not its own finds nothing."""
    await quay.organization("evil", "mallory")
    made = await token(quay, app, scope="user:read")
    other = f"/api/v1/organization/evil/applications/{app['client_id']}"
    for method, target in (
        ("GET", other),
        ("PUT", other),
        ("DELETE", other),
        ("POST", f"{other}/resetclientsecret"),
        ("GET", f"{other}/tokens"),
        ("POST", f"{other}/tokens"),
        ("DELETE", f"{other}/tokens/{made['uuid']}"),
    ):
        body = NEW | {"scope": "repo:read"}
        assert (await quay.ask(method, target, document=body, who="mallory")).status == 404, (method, target)
    mine = (
        await quay.ask("POST", "/api/v1/organization/evil/applications", document=NEW, who="mallory")
    ).json()
    target = f"/api/v1/organization/evil/applications/{mine['client_id']}/tokens/{made['uuid']}"
    assert (await quay.ask("DELETE", target, who="mallory")).status == 404
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 200


async def test_a_token(quay: QuayApi, app: dict[str, Any]) -> None:
    made = await token(quay, app, scope="repo:read,user:read", expiration=3600)
    assert re.fullmatch(r"[A-Z0-9]{40}", made["token"])
    assert (made["name"], made["scope"], made["created_by"]) == ("robot arm", "repo:read user:read", "alice")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["expires_at"])
    listed = (await quay.ask("GET", tokens_of(app), who="alice")).json()
    shown = {name: value for name, value in made.items() if name != "token"}
    assert shown["last_accessed"] is None
    assert listed == {"tokens": [shown]}
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).json()["username"] == "alice"
    [used] = (await quay.ask("GET", tokens_of(app), who="alice")).json()["tokens"]
    assert used == shown | {"last_accessed": used["created"]}
    quay.clock.advance(3600)
    late = await quay.ask("GET", "/api/v1/user/", headers=bearer(made))
    assert (late.status, late.json()["error_type"]) == (401, "expired_token")


async def test_a_permanent_token(quay: QuayApi, app: dict[str, Any]) -> None:
    made = await token(quay, app, scope="user:read")
    assert made["expires_at"] is None
    quay.clock.advance(50 * 366 * 86_400)
    await quay.registry.metadata.accounts.remove_tokens(quay.clock.now_ms())
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 200
    gone = await quay.ask(
        "DELETE", f"{tokens_of(app)}/{made['uuid']}", headers=await quay.bearer("alice", "org:admin")
    )
    assert gone.status == 204
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": ""},
        {"scope": "repo:read repo:everything"},
        {"scope": "direct_user_login"},
        {"name": ""},
        {"name": "a\nb"},
        {"expiration": 0},
        {"expiration": -1},
        {"expiration": "3600"},
        {"expiration": True},
        {"expiration": 10**15},
    ],
)
async def test_malformed_tokens(quay: QuayApi, app: dict[str, Any], wrong: dict[str, Any]) -> None:
    document = {"name": "x", "scope": "repo:read"} | wrong
    answer = await quay.ask("POST", tokens_of(app), document=document, who="alice")
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_a_token_makes_none_that_may_do_more(quay: QuayApi, app: dict[str, Any]) -> None:
    narrow = await quay.bearer("alice", "org:admin", "repo:write")
    for scope, status in (("repo:read", 201), ("repo:write", 201), ("repo:admin", 403), ("super:user", 403)):
        body = {"name": "x", "scope": scope}
        assert (await quay.ask("POST", tokens_of(app), document=body, headers=narrow)).status == status


async def test_pages_of_tokens(quay: QuayApi, app: dict[str, Any]) -> None:
    made = {(await token(quay, app, name=str(number)))["uuid"] for number in range(101)}
    first = (await quay.ask("GET", tokens_of(app), who="alice")).json()
    assert len(first["tokens"]) == 100
    rest = (await quay.ask("GET", f"{tokens_of(app)}?next_page={first['next_page']}", who="alice")).json()
    assert "next_page" not in rest
    assert {one["uuid"] for one in first["tokens"] + rest["tokens"]} == made


async def test_what_a_user_has_granted(quay: QuayApi, app: dict[str, Any]) -> None:
    made = await token(quay, app, scope="repo:read")
    headers = await quay.bearer("alice", "user:admin")
    listed = (await quay.ask("GET", "/api/v1/user/authorizations", headers=headers)).json()["authorizations"]
    found = next(one for one in listed if one["uuid"] == made["uuid"])
    assert (found["application"]["name"], found["application"]["url"]) == ("CI", NEW["application_uri"])
    assert found["application"]["organization"]["name"] == "acme"
    assert [scope["scope"] for scope in found["scopes"]] == ["repo:read"]
    address = f"/api/v1/user/authorizations/{made['uuid']}"
    assert (await quay.ask("GET", address, headers=headers)).json() == found
    others = await quay.bearer("mallory", "user:admin")
    for method in ("GET", "DELETE"):
        assert (await quay.ask(method, address, headers=others)).status == 404
    assert (await quay.ask("DELETE", address, headers=headers)).status == 204
    assert (await quay.ask("DELETE", address, headers=headers)).status == 404
    assert (await quay.ask("GET", "/api/v1/user/authorizations/x%00y", headers=headers)).status == 404
    assert (await quay.ask("GET", "/api/v1/user/", headers=bearer(made))).status == 401


async def test_what_an_observer_sees(tmp_path: Path) -> None:
    """A read-only superuser sees applications, but none of their secrets, and makes no tokens."""
    people = People(read_only_super_users=("oscar",))
    async with quay_api(tmp_path / "data", present(), people=people) as quay:
        await quay.organization("acme", "alice")
        app = (await quay.ask("POST", APPLICATIONS, document=NEW, who="alice")).json()
        listed = (await quay.ask("GET", APPLICATIONS, who="oscar")).json()
        assert listed == {"applications": [app | {"client_secret": None}]}
        body = {"name": "x", "scope": "repo:read"}
        assert (await quay.ask("POST", tokens_of(app), document=body, who="oscar")).status == 403
        reset = await quay.ask("POST", f"{APPLICATIONS}/{app['client_id']}/resetclientsecret", who="oscar")
        assert reset.status == 403


async def test_as_many_tokens_as_configured(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), tokens=Tokens(oauth_maximum=1)) as quay:
        await quay.organization("acme", "alice")
        app = (await quay.ask("POST", APPLICATIONS, document=NEW, who="alice")).json()
        made = await token(quay, app)
        body = {"name": "x", "scope": "repo:read"}
        refused = await quay.ask("POST", tokens_of(app), document=body, who="alice")
        assert (refused.status, refused.json()["error_type"]) == (400, "invalid_request")
        await quay.ask("DELETE", f"{tokens_of(app)}/{made['uuid']}", who="alice")
        await token(quay, app)


async def test_superuser_rights_are_not_offered_where_there_are_none(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), people=People(super_users_enabled=False)) as quay:
        await quay.organization("acme", "alice")
        app = (await quay.ask("POST", APPLICATIONS, document=NEW, who="alice")).json()
        body = {"name": "x", "scope": "repo:read super:user"}
        assert (await quay.ask("POST", tokens_of(app), document=body, who="alice")).status == 400
