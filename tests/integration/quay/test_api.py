"""Users, organizations and visibility over Quay's REST API: answers, scopes and refusals."""

from __future__ import annotations

import re

import pytest

from charthouse.api.kit.routes import Permission
from charthouse.api.quay.routes import ROUTES
from tests.support.quay import EVERY_SCOPE, WEEK, QuayApi

USER = "/api/v1/user/"
ORGANIZATION = "/api/v1/organization/"
VISIBILITY = "/api/v1/repository/alice/web/changevisibility"


@pytest.fixture
async def alice(quay: QuayApi) -> dict[str, str]:
    """Alice's access token, and a repository of hers."""
    await quay.repository("alice/web", "alice")
    return await quay.bearer("alice")


async def is_public(quay: QuayApi, repository: str) -> bool:
    return (await quay.registry.reader.access(0, repository)).public


async def test_the_user(quay: QuayApi) -> None:
    headers = await quay.bearer("alice")
    await quay.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    answer = await quay.ask("GET", USER, headers=headers)
    assert answer.status == 200
    found = answer.json()
    assert (found["username"], found["email"], found["anonymous"]) == ("alice", "", False)
    assert "super_user" not in found
    assert found["avatar"]["kind"] == "user"
    assert [(org["name"], org["is_org_admin"], org["avatar"]["kind"]) for org in found["organizations"]] == [
        ("acme", True, "org")
    ]


async def test_an_anonymous_caller(quay: QuayApi) -> None:
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
async def test_other_credentials_are_not_for_this_api(quay: QuayApi, authorization: str) -> None:
    answer = await quay.ask("GET", USER, headers={"Authorization": authorization})
    assert answer.status == 401
    assert answer.json()["error_type"] == "invalid_token"


async def test_an_expired_token(quay: QuayApi) -> None:
    headers = await quay.bearer("alice")
    quay.clock.advance(WEEK)
    answer = await quay.ask("GET", USER, headers=headers)
    assert answer.status == 401
    assert answer.json()["error_type"] == "expired_token"


async def test_an_organization(quay: QuayApi) -> None:
    headers = await quay.bearer("alice")
    answer = await quay.ask("POST", ORGANIZATION, document={"name": "acme", "email": None}, headers=headers)
    assert (answer.status, answer.json()) == (201, "Created")
    again = await quay.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    assert again.status == 400
    assert again.json()["error_type"] == "invalid_request"
    assert again.json()["detail"] == "A user or organization with this name already exists"
    bad = await quay.ask("POST", ORGANIZATION, document={"name": "ACME"}, headers=headers)
    assert bad.json()["detail"].startswith("Invalid namespace ACME: Namespace must match expression")


async def test_visibility(quay: QuayApi, alice: dict[str, str]) -> None:
    await quay.repository("alice/group/web", "alice")
    headers = alice
    for repository in ("alice/web", "alice/group/web"):
        for visibility in ("public", "private"):
            answer = await quay.ask(
                "POST",
                f"/api/v1/repository/{repository}/changevisibility",
                document={"visibility": visibility},
                headers=headers,
            )
            assert (answer.status, answer.json()) == (200, {"success": True})
            assert await is_public(quay, repository) is (visibility == "public")


@pytest.mark.parametrize(
    ("repository", "status", "kind"),
    [
        ("bob/web", 403, "insufficient_scope"),
        ("alice/missing", 404, "not_found"),
        ("alice", 405, None),
        ("alice/UPPER", 400, "invalid_request"),
    ],
)
async def test_visibility_refused(
    quay: QuayApi, alice: dict[str, str], repository: str, status: int, kind: str | None
) -> None:
    answer = await quay.ask(
        "POST",
        f"/api/v1/repository/{repository}/changevisibility",
        document={"visibility": "public"},
        headers=await quay.bearer("alice"),
    )
    assert (answer.status, answer.json().get("error_type")) == (status, kind)


@pytest.mark.parametrize("document", [{}, {"visibility": "secret"}, {"visibility": True}, []])
async def test_a_malformed_body(quay: QuayApi, alice: dict[str, str], document: object) -> None:
    answer = await quay.ask("POST", VISIBILITY, document=document, headers=await quay.bearer("alice"))
    assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_a_body_that_is_not_json(quay: QuayApi, alice: dict[str, str]) -> None:
    headers = await quay.bearer("alice") | {"Content-Type": "text/plain"}
    answer = await quay.ask("POST", VISIBILITY, body=b'{"visibility":"public"}', headers=headers)
    assert answer.status == 400
    assert "application/json" in answer.json()["detail"]
    assert not await is_public(quay, "alice/web")


@pytest.mark.parametrize(
    ("method", "target", "document", "enough"),
    [
        ("GET", USER, None, {"user:read", "user:admin"}),
        ("POST", ORGANIZATION, {"name": "acme"}, {"user:admin"}),
        ("POST", VISIBILITY, {"visibility": "public"}, {"repo:admin"}),
    ],
)
async def test_a_token_is_good_for_its_scopes_only(
    quay: QuayApi, method: str, target: str, document: object, enough: set[str]
) -> None:
    await quay.repository("alice/web", "alice")
    for scope in EVERY_SCOPE:
        answer = await quay.ask(method, target, document=document, headers=await quay.bearer("alice", scope))
        if scope in enough:
            assert answer.status < 300
        else:
            assert (answer.status, answer.json()["error_type"]) == (403, "insufficient_scope")


async def test_every_route_but_the_first_asks_who_it_is(quay: QuayApi, alice: dict[str, str]) -> None:
    """A route that is added without a guard fails here."""
    for route in ROUTES:
        if route.permission in {Permission.NONE, Permission.NAMESPACE, Permission.SERVICE}:
            continue
        target = route.template.replace("{repository}", "alice/web").replace("{organization}", "acme")
        target = re.sub(r"\{(\w+)\}", r"\1", target)
        status = (await quay.ask(route.method, target, document={})).status
        assert status == 401 or (status in {404, 405} and route.feature), route.operation


async def test_a_missing_slash_is_told(quay: QuayApi) -> None:
    answer = await quay.ask("GET", "/api/v1/user?x=1")
    assert (answer.status, answer.headers["location"]) == (308, "/api/v1/user/?x=1")
    answer = await quay.ask("POST", "/api/v1/organization", document={"name": "acme"})
    assert (answer.status, answer.headers["location"]) == (308, "/api/v1/organization/")
    assert (await quay.ask("POST", VISIBILITY + "/", document={})).status == 404


async def test_other_addresses_and_methods(quay: QuayApi) -> None:
    assert (await quay.ask("GET", "/api/v1/elsewhere")).status == 404
    answer = await quay.ask("PATCH", USER)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET"
    for target in ("/openapi.json", "/docs", "/redoc"):
        assert (await quay.ask("GET", target)).status == 404


async def test_a_failure_is_told_without_its_reason(quay: QuayApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the password is very-secret")

    monkeypatch.setattr(quay.registry.access_tokens, "holder", fail)
    answer = await quay.ask("GET", USER, headers={"Authorization": "Bearer x"})
    assert answer.status == 500
    assert "very-secret" not in answer.body.decode()
