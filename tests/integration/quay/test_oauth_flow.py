"""How an application comes to a token: the pages and the redirects, and what must not work."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from charthouse.config.settings import Tokens
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.quay import quay_api
from tests.support.registry import present

from .oauth_flow import (
    CALLBACK,
    CHALLENGE,
    FORM,
    LANDING,
    NAVIGATION,
    PASSWORD,
    VERIFIER,
    Flow,
    flow_of,
    fragment_of,
    is_refusal,
    query_of,
)


async def test_the_consent_page(flow: Flow) -> None:
    answer = await flow.ask(scope="repo:read org:admin")
    assert answer.status == 200
    text = answer.body.decode()
    page = Page(text)
    assert page.fields["client_id"] == flow.app["client_id"]
    assert (page.fields["state"], page.fields["scope"]) == ("st&te #", "repo:read org:admin")
    assert page.fields["_csrf_token"]
    assert page.actions == ["/oauth/authorizeapp", "/oauth/denyapp"]
    assert "script" not in page.tags
    assert "<CI> & co asks for access" in page.words
    assert flow.app["client_secret"] not in text
    assert "alice" in page.words
    assert CALLBACK in page.words
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://ci.example.com" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_the_code_flow(flow: Flow) -> None:
    answer = await flow.consent()
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert answer.headers["referrer-policy"] == "no-referrer"
    sent = query_of(answer)
    assert sent["state"] == ["st&te #"]
    assert sent["iss"] == ["https://registry.example.com"]
    assert set(sent) == {"code", "state", "iss"}
    redeemed = await flow.redeem(sent["code"][0])
    assert redeemed.status == 200
    assert redeemed.headers["cache-control"] == "no-store"
    issued = redeemed.json()
    assert re.fullmatch(r"[A-Z0-9]{40}", issued["access_token"])
    assert issued == {
        "access_token": issued["access_token"],
        "token_type": "Bearer",
        "expires_in": 315_576_000,
        "scope": "repo:read user:read",
    }
    assert await flow.works(issued["access_token"])


async def test_the_implicit_flow(flow: Flow) -> None:
    answer = await flow.consent(response_type="token")
    assert answer.status == 302
    location = answer.headers["location"]
    assert re.match(
        re.escape(f"{CALLBACK}#access_token=") + r"[A-Z0-9]{40}&token_type=Bearer&expires_in=315576000&",
        location,
    )
    assert fragment_of(answer)["state"] == ["st&te #"]
    assert await flow.works(fragment_of(answer)["access_token"][0])
    flow.quay.clock.advance(315_576_000)
    assert not await flow.works(fragment_of(answer)["access_token"][0])


async def test_basic_client_credentials(flow: Flow) -> None:
    pair = f"{flow.app['client_id']}:{flow.app['client_secret']}"
    basic = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    code = await flow.code()
    both = await flow.redeem(code, basic)
    assert (both.status, both.json()["error"]) == (400, "invalid_request")
    assert (await flow.redeem(code, basic, client_secret="")).status == 200


async def test_the_landing_page(flow: Flow) -> None:
    answer = await flow.consent(response_type="token", redirect_uri=LANDING)
    assert answer.headers["location"].startswith(f"{LANDING}#access_token=")
    page = await flow.quay.ask("GET", "/oauth/localapp")
    assert page.status == 200
    policy = page.headers["content-security-policy"]
    [script] = re.findall(r"<script>(.*?)</script>", page.body.decode())
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_a_landing_page_elsewhere(tmp_path: Path) -> None:
    tokens = Tokens(oauth_local_handler="/token-made")
    async with quay_api(tmp_path / "data", present(), tokens=tokens) as quay:
        flow = await flow_of(quay)
        assert (await quay.ask("GET", "/token-made")).status == 200
        assert (await quay.ask("GET", "/oauth/localapp")).status == 404
        there = "https://registry.example.com/token-made"
        assert (await flow.consent(response_type="token", redirect_uri=there)).status == 302
        assert is_refusal(await flow.ask(redirect_uri=LANDING))


@pytest.mark.parametrize("kind", ["code", "token"])
async def test_a_refusal(flow: Flow, kind: str) -> None:
    answer = await flow.consent("/oauth/denyapp", response_type=kind)
    assert answer.status == 302
    sent = query_of(answer) if kind == "code" else fragment_of(answer)
    assert (sent["error"], sent["state"]) == (["access_denied"], ["st&te #"])
    assert set(sent) == {"error", "state", "iss"}
    listed = await flow.browser.ask("GET", "/api/v1/user/authorizations")
    assert listed.json() == {"authorizations": []}


async def test_what_was_granted_is_not_asked_again(flow: Flow) -> None:
    await flow.redeem(await flow.code(scope="repo:write user:read"))
    for scope in ("repo:write user:read", "repo:read", "user:read"):
        again = await flow.ask(scope=scope)
        assert (again.status, set(query_of(again))) == (302, {"code", "state", "iss"})
    assert (await flow.ask(scope="repo:admin")).status == 200
    listed = (await flow.browser.ask("GET", "/api/v1/user/authorizations")).json()["authorizations"]
    for one in listed:
        await flow.browser.ask("DELETE", f"/api/v1/user/authorizations/{one['uuid']}")
    assert (await flow.ask(scope="repo:read")).status == 200


async def test_what_an_administrator_made_is_no_consent(flow: Flow) -> None:
    actor = await flow.quay.actor("alice")
    namespace = await flow.quay.registry.metadata.accounts.by_name("acme")
    assert namespace is not None
    from charthouse.model.permissions import NamespaceRole
    from charthouse.services.access.permits import NamespacePermit

    permit = NamespacePermit(actor, namespace, NamespaceRole.ADMIN)
    await flow.quay.registry.oauth.tokens.create(permit, flow.app["client_id"], "x", "repo:read", None)
    assert (await flow.ask(scope="repo:read")).status == 200


async def test_who_is_not_signed_in(flow: Flow) -> None:
    flow.browser.cookies.clear()
    answer = await flow.ask()
    assert (answer.status, is_refusal(answer)) == (401, True)
    assert answer.headers["content-type"].startswith("text/html")
    posted = await flow.post("/oauth/authorizeapp", flow.fields())
    assert (posted.status, is_refusal(posted)) == (401, True)


@pytest.mark.parametrize("action", ["/oauth/authorizeapp", "/oauth/denyapp", "/oauth/authorize/assignuser"])
async def test_another_sites_form(flow: Flow, action: str) -> None:
    """Cross-site request forgery: without the token, with another session's, from another origin."""
    page = Page((await flow.ask()).body.decode())
    other = Browser(flow.quay)
    await flow.quay.registry.users.create_user("mallory", PASSWORD, "")
    await other.sign_in("mallory", PASSWORD)
    for fields, headers in (
        (page.fields | {"_csrf_token": ""}, {}),
        ({name: value for name, value in page.fields.items() if name != "_csrf_token"}, {}),
        (page.fields | {"_csrf_token": other.csrf}, {}),
        (page.fields, {"Origin": "https://evil.example.org"}),
        (page.fields, {"Origin": "null"}),
        (page.fields, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = await flow.post(action, fields, **headers)
        assert (answer.status, is_refusal(answer)) == (403, True)
    assert (await flow.browser.ask("GET", "/api/v1/user/authorizations")).json() == {"authorizations": []}


async def test_an_access_token_grants_nothing_itself(flow: Flow) -> None:
    headers = await flow.quay.bearer("alice") | {"Content-Type": FORM}
    body = urlencode(flow.fields(response_type="token")).encode()
    for method, target in (("GET", f"/oauth/authorize?{body.decode()}"), ("POST", "/oauth/authorizeapp")):
        answer = await flow.quay.ask(method, target, body=body, headers=headers)
        assert (answer.status, is_refusal(answer)) == (403, True)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example.org/callback",
        "https://ci.example.com.evil.example.org/callback",
        "https://ci.example.com@evil.example.org/callback",
        "https://ci.example.com/callback/../../evil",
        "https://ci.example.com/callback/%2e%2e/evil",
        "https://ci.example.com/callback//evil.example.org",
        "https://ci.example.com\\@evil.example.org/callback",
        "https://ci.example.com/callback#@evil.example.org",
        "https://ci.example.com/callbackdoor",
        "https://ci.example.com:8443/callback",
        "https://CI.example.com/callback",
        "HTTPS://ci.example.com/callback",
        "http://ci.example.com/callback",
        "//ci.example.com/callback",
        "https://ci.ex\u0430mple.com/callback",
        "https://ci.example.com/callback\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://registry.example.com/oauth/localapp/../x",
        "https://registry.example.com/oauth/localapp?x=y",
        "http://registry.example.com/oauth/localapp",
        "/oauth/localapp",
        " " + CALLBACK,
    ],
)
@pytest.mark.parametrize("kind", ["code", "token"])
async def test_no_other_address_is_led_to(flow: Flow, redirect_uri: str, kind: str) -> None:
    await flow.redeem(await flow.code())  # granted before, so nothing but the address stands in the way
    page = Page((await flow.ask(scope="repo:admin")).body.decode())
    fields = {"redirect_uri": redirect_uri, "response_type": kind}
    answers = [
        await flow.ask(**fields),
        await flow.post("/oauth/authorizeapp", page.fields | fields),
        await flow.post("/oauth/denyapp", page.fields | fields),
    ]
    assert all(map(is_refusal, answers))
    assert [answer.status for answer in answers] == [400, 400, 400]


async def test_a_redirect_below_the_registered_one(flow: Flow) -> None:
    answer = await flow.consent(redirect_uri=f"{CALLBACK}/github")
    assert answer.headers["location"].startswith(f"{CALLBACK}/github?code=")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"client_id": "NOBODY"}, 404),
        ({"client_id": ""}, 404),
        ({"redirect_uri": ""}, 400),
        ({"scope": "repo:read repo:everything"}, 400),
        ({"scope": ""}, 400),
        ({"scope": "direct_user_login"}, 400),
        ({"response_type": "id_token"}, 400),
        ({"response_type": "code token"}, 400),
        ({"state": "x" * 5000}, 400),
        ({"state": "a\nb"}, 400),
        ({"code_challenge": CHALLENGE}, 400),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, 400),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, 400),
        ({"code_challenge_method": "S256"}, 400),
    ],
)
async def test_malformed_requests(flow: Flow, wrong: dict[str, str], status: int) -> None:
    """Told on a page, never by a redirect (RFC 9700 § 4.11.2)."""
    answer = await flow.ask(**wrong)
    assert (answer.status, is_refusal(answer)) == (status, True)
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.body.decode()


async def test_a_field_that_comes_twice(flow: Flow) -> None:
    query = urlencode([*flow.fields().items(), ("scope", "super:user")])
    assert is_refusal(await flow.browser.ask("GET", f"/oauth/authorize?{query}", headers=NAVIGATION))
    code = await flow.code()
    body = urlencode([("code", code), ("code", "x")]).encode()
    answer = await flow.quay.ask("POST", "/oauth/access_token", body=body, headers={"Content-Type": FORM})
    assert (answer.status, answer.json()["error"]) == (400, "invalid_request")
