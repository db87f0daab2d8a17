"""Users, organizations and visibility over Quay's REST API: answers, scopes and refusals."""

from __future__ import annotations

import pytest

from charthouse.api.kit.routes import Permission
from charthouse.api.quay.routes import ROUTES
from charthouse.services.identity.users import FIRST_USER_SCOPES
from tests.unit.identity.conftest import PASSWORD

from .conftest import Quay

USER = "/api/v1/user/"
ORGANIZATION = "/api/v1/organization/"
VISIBILITY = "/api/v1/repository/alice/web/changevisibility"


async def bearer(quay: Quay, *scopes: str, name: str = "alice") -> dict[str, str]:
    account = await quay.world.users.user(name)
    if account is None:
        account = await quay.world.users.create_user(name, PASSWORD, f"{name}@example.com")
    token = await quay.world.users.issue_access_token(account, "test", scopes or FIRST_USER_SCOPES, 60)
    return {"Authorization": f"Bearer {token}"}


async def test_the_user(quay: Quay) -> None:
    headers = await bearer(quay)
    await quay.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    answer = await quay.ask("GET", USER, headers=headers)
    assert answer.status == 200
    found = answer.json()
    assert (found["username"], found["email"], found["anonymous"]) == ("alice", "alice@example.com", False)
    assert "super_user" not in found
    assert found["avatar"]["kind"] == "user"
    assert [(org["name"], org["is_org_admin"], org["avatar"]["kind"]) for org in found["organizations"]] == [
        ("acme", True, "org")
    ]


async def test_an_anonymous_caller(quay: Quay) -> None:
    answer = await quay.ask("GET", USER)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "status": 401,
        "error_message": "Requires authentication",
        "title": "invalid_token",
        "error_type": "invalid_token",
        "detail": "Requires authentication",
        "type": "https://registry.example.com/api/v1/error/invalid_token",
        "session_required": False,
    }


@pytest.mark.parametrize(
    "authorization", ["Bearer wrong", "Basic YWxpY2U6Y29ycmVjdC1ob3JzZQ==", "Bearer", "x"]
)
async def test_other_credentials_are_not_for_this_api(quay: Quay, authorization: str) -> None:
    await bearer(quay)
    answer = await quay.ask("GET", USER, headers={"Authorization": authorization})
    assert answer.status == 401
    assert answer.json()["error_type"] == "invalid_token"


async def test_an_expired_token(quay: Quay) -> None:
    headers = await bearer(quay)
    quay.world.clock.advance(60)
    answer = await quay.ask("GET", USER, headers=headers)
    assert answer.status == 401
    assert answer.json()["error_type"] == "expired_token"


async def test_an_organization(quay: Quay) -> None:
    headers = await bearer(quay)
    answer = await quay.ask("POST", ORGANIZATION, document={"name": "acme", "email": None}, headers=headers)
    assert (answer.status, answer.json()) == (201, "Created")
    again = await quay.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    assert again.status == 400
    assert again.json()["error_type"] == "invalid_request"
    assert again.json()["detail"] == "A user or organization with this name already exists"
    bad = await quay.ask("POST", ORGANIZATION, document={"name": "ACME"}, headers=headers)
    assert bad.json()["detail"].startswith("Invalid namespace ACME: Namespace must match expression")


async def test_visibility(quay: Quay) -> None:
    headers = await bearer(quay)
    for repository in ("alice/web", "alice/group/web"):
        for visibility in ("public", "private"):
            answer = await quay.ask(
                "POST",
                f"/api/v1/repository/{repository}/changevisibility",
                document={"visibility": visibility},
                headers=headers,
            )
            assert (answer.status, answer.json()) == (200, {"success": True})
            assert quay.repositories.public[repository] is (visibility == "public")


@pytest.mark.parametrize(
    ("repository", "status", "kind"),
    [
        ("bob/web", 403, "insufficient_scope"),
        ("alice/missing", 404, "not_found"),
        ("alice", 400, "invalid_request"),
        ("alice/UPPER", 400, "invalid_request"),
    ],
)
async def test_visibility_refused(quay: Quay, repository: str, status: int, kind: str) -> None:
    answer = await quay.ask(
        "POST",
        f"/api/v1/repository/{repository}/changevisibility",
        document={"visibility": "public"},
        headers=await bearer(quay),
    )
    assert (answer.status, answer.json()["error_type"]) == (status, kind)


@pytest.mark.parametrize("document", [{}, {"visibility": "secret"}, {"visibility": True}, []])
async def test_a_malformed_body(quay: Quay, document: object) -> None:
    answer = await quay.ask("POST", VISIBILITY, document=document, headers=await bearer(quay))
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_a_body_that_is_not_json(quay: Quay) -> None:
    headers = await bearer(quay) | {"Content-Type": "text/plain"}
    answer = await quay.ask("POST", VISIBILITY, body=b'{"visibility":"public"}', headers=headers)
    assert answer.status == 400
    assert "application/json" in answer.json()["detail"]
    assert not quay.repositories.public["alice/web"]


@pytest.mark.parametrize(
    ("method", "target", "document", "enough"),
    [
        ("GET", USER, None, {"user:read", "user:admin"}),
        ("POST", ORGANIZATION, {"name": "acme"}, {"user:admin"}),
        ("POST", VISIBILITY, {"visibility": "public"}, {"repo:admin"}),
    ],
)
async def test_a_token_is_good_for_its_scopes_only(
    quay: Quay, method: str, target: str, document: object, enough: set[str]
) -> None:
    for scope in FIRST_USER_SCOPES:
        answer = await quay.ask(method, target, document=document, headers=await bearer(quay, scope))
        if scope in enough:
            assert answer.status < 300
        else:
            assert (answer.status, answer.json()["error_type"]) == (403, "insufficient_scope")


async def test_every_route_but_the_first_asks_who_it_is(quay: Quay) -> None:
    """A route that is added without a guard, or without a scope, fails here."""
    for route in ROUTES:
        if route.permission is Permission.NONE:
            continue
        assert route.scope
        target = route.template.replace("{repository}", "alice/web")
        assert (await quay.ask(route.method, target, document={})).status == 401


async def test_a_missing_slash_is_told(quay: Quay) -> None:
    answer = await quay.ask("GET", "/api/v1/user?x=1")
    assert (answer.status, answer.headers["location"]) == (308, "/api/v1/user/?x=1")
    answer = await quay.ask("POST", "/api/v1/organization", document={"name": "acme"})
    assert (answer.status, answer.headers["location"]) == (308, "/api/v1/organization/")
    assert (await quay.ask("POST", VISIBILITY + "/", document={})).status == 404


async def test_other_addresses_and_methods(quay: Quay) -> None:
    assert (await quay.ask("GET", "/api/v1/elsewhere")).status == 404
    answer = await quay.ask("DELETE", USER)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET"
    for target in ("/openapi.json", "/docs", "/redoc"):
        assert (await quay.ask("GET", target)).status == 404


async def test_a_failure_is_told_without_its_reason(quay: Quay, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the password is very-secret")

    monkeypatch.setattr(quay.world.users, "grantee", fail)
    answer = await quay.ask("GET", USER, headers={"Authorization": "Bearer x"})
    assert answer.status == 500
    assert "very-secret" not in answer.body.decode()
