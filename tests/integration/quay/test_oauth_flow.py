"""How an application comes to a token: the pages, the redirects, the exchange, and what must not work."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from charthouse.config.settings import People, Tokens
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present
from tests.support.server import Answer

PASSWORD = "correct-horse"
APPLICATIONS = "/api/v1/organization/acme/applications"
CALLBACK = "https://ci.example.com/callback"
LANDING = "https://registry.example.com/oauth/localapp"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = "application/x-www-form-urlencoded"
NAVIGATION = {"X-Requested-With": "", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


class Flow:
    """Alice's browser, an application, and what passes between them."""

    def __init__(self, quay: QuayApi, browser: Browser, app: dict[str, Any]) -> None:
        self.quay = quay
        self.browser = browser
        self.app = app

    def fields(self, **more: str) -> dict[str, str]:
        wanted = {
            "response_type": "code",
            "client_id": self.app["client_id"],
            "redirect_uri": CALLBACK,
            "scope": "user:read repo:read",
            "state": "st&te #",
        } | more
        return {name: value for name, value in wanted.items() if value}

    async def ask(self, **more: str) -> Answer:
        target = f"/oauth/authorize?{urlencode(self.fields(**more))}"
        return await self.browser.ask("GET", target, headers=NAVIGATION)

    async def post(self, action: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form as a browser does: without the headers that only scripts set."""
        plain = {"Content-Type": FORM, "X-CSRF-Token": "", "X-Requested-With": ""} | headers
        return await self.browser.ask("POST", action, body=urlencode(fields).encode(), headers=plain)

    async def consent(self, action: str = "/oauth/authorizeapp", **more: str) -> Answer:
        page = await self.ask(**more)
        assert page.status == 200, page.body
        return await self.post(action, Page(page.body.decode()).fields)

    async def code(self, **more: str) -> str:
        answer = await self.consent(**more)
        assert answer.status == 302, answer.body
        [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
        return code

    async def redeem(self, code: str, headers: dict[str, str] | None = None, **more: str) -> Answer:
        wanted = {
            "grant_type": "authorization_code",
            "client_id": self.app["client_id"],
            "client_secret": self.app["client_secret"],
            "redirect_uri": CALLBACK,
            "code": code,
        } | more
        body = urlencode({name: value for name, value in wanted.items() if value}).encode()
        return await self.quay.ask(
            "POST", "/oauth/access_token", body=body, headers={"Content-Type": FORM} | (headers or {})
        )

    async def works(self, token: str) -> bool:
        answer = await self.quay.ask("GET", "/api/v1/user/", headers={"Authorization": f"Bearer {token}"})
        return answer.status == 200


async def flow_of(quay: QuayApi) -> Flow:
    await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
    browser = Browser(quay)
    assert (await browser.sign_in("alice", PASSWORD)).status == 200
    await quay.organization("acme", "olivia")
    new = {"name": "<CI> & co", "redirect_uri": CALLBACK, "description": "<script>alert(1)</script>"}
    app = (await quay.ask("POST", APPLICATIONS, document=new, who="olivia")).json()
    return Flow(quay, browser, app)


@pytest.fixture
async def flow(quay: QuayApi) -> Flow:
    return await flow_of(quay)


def query_of(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["location"]).query)


def fragment_of(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.headers["location"]).fragment)


def is_refusal(answer: Answer) -> bool:
    """Tell whether a page says no, and leads nowhere."""
    return answer.status >= 400 and "location" not in answer.headers


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


async def test_a_code_used_twice_loses_its_token(flow: Flow) -> None:
    code = await flow.code()
    token = (await flow.redeem(code)).json()["access_token"]
    assert await flow.works(token)
    again = await flow.redeem(code)
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    assert not await flow.works(token)
    assert (await flow.redeem(code)).status == 400


async def test_a_code_of_another_application(flow: Flow) -> None:
    """Mix-up: a code that another application got hold of is worth nothing to it, nor afterwards to anybody."""
    new = {"name": "evil", "redirect_uri": CALLBACK}
    evil = (await flow.quay.ask("POST", APPLICATIONS, document=new, who="olivia")).json()
    code = await flow.code()
    stolen = {"client_id": evil["client_id"], "client_secret": evil["client_secret"]}
    answer = await flow.redeem(code, **stolen)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert (await flow.redeem(code)).status == 400
    code = await flow.code()
    token = (await flow.redeem(code)).json()["access_token"]
    assert (await flow.redeem(code, **stolen)).status == 400
    assert not await flow.works(token)


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_id": "NOBODY"}, 401, "invalid_client"),
        ({"client_secret": "x" * 40}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "NO\0BODY"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "x" * 40}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/other"}, 400, "invalid_grant"),
        ({"scope": "repo:admin"}, 400, "invalid_grant"),
        ({"scope": "repo:read user:read super:user"}, 400, "invalid_grant"),
        ({"code_verifier": VERIFIER}, 400, "invalid_grant"),
    ],
)
async def test_malformed_exchanges(flow: Flow, wrong: dict[str, str], status: int, error: str) -> None:
    wrong = dict(wrong)
    code = wrong.pop("code", None)
    answer = await flow.redeem(await flow.code() if code is None else code, None, **wrong)
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert (await flow.browser.ask("GET", "/api/v1/user/authorizations")).json() == {"authorizations": []}


async def test_a_stranger_without_the_secret_does_not_use_a_code_up(flow: Flow) -> None:
    code = await flow.code()
    assert (await flow.redeem(code, client_secret="x")).status == 401
    assert (await flow.redeem(code)).status == 200


async def test_secrets_in_the_address_are_not_taken(flow: Flow) -> None:
    query = urlencode({"client_id": flow.app["client_id"], "client_secret": flow.app["client_secret"]})
    target = f"/oauth/access_token?{query}&grant_type=authorization_code&code={await flow.code()}"
    answer = await flow.quay.ask("POST", target, body=b"", headers={"Content-Type": FORM})
    assert answer.status == 401


async def test_a_code_lives_ten_minutes(flow: Flow) -> None:
    code = await flow.code()
    flow.quay.clock.advance(599)
    assert (await flow.redeem(code)).status == 200
    late = await flow.ask()
    [code] = query_of(late)["code"]
    flow.quay.clock.advance(600)
    assert (await flow.redeem(code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["", "w" * 64, VERIFIER[:-1], CHALLENGE, "short", "v" * 129])
async def test_a_wrong_verifier(flow: Flow, verifier: str) -> None:
    code = await flow.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = await flow.redeem(code, code_verifier=verifier)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert (await flow.redeem(code, code_verifier=VERIFIER)).status == 400


async def test_the_right_verifier(flow: Flow) -> None:
    code = await flow.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    assert (await flow.redeem(code, code_verifier=VERIFIER)).status == 200


@pytest.mark.parametrize("what", ["application", "secret", "user"])
async def test_what_ends_a_code(flow: Flow, what: str) -> None:
    code = await flow.code()
    address = f"{APPLICATIONS}/{flow.app['client_id']}"
    match what:
        case "application":
            await flow.quay.ask("DELETE", address, who="olivia")
        case "secret":
            new = await flow.quay.ask("POST", f"{address}/resetclientsecret", who="olivia")
            flow.app = new.json()
        case "user":
            account = await flow.quay.account("alice")
            await flow.quay.registry.metadata.accounts.set_enabled(account.account_id, enabled=False)
    answer = await flow.redeem(code)
    if answer.status == 200:
        assert not await flow.works(answer.json()["access_token"])


async def test_superuser_rights_are_not_offered_where_there_are_none(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), people=People(super_users_enabled=False)) as quay:
        flow = await flow_of(quay)
        assert (await flow.ask(scope="repo:read super:user")).status == 400
        assert (await flow.ask(scope="repo:read")).status == 200


async def test_direct_clients(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present()) as quay:
        flow = await flow_of(quay)
        client_id = flow.app["client_id"]
    tokens = Tokens(oauth_direct_clients=(client_id,))
    async with quay_api(tmp_path / "data", present(), tokens=tokens) as quay:
        olivia = await quay.ask(
            "POST", APPLICATIONS, document={"name": "x", "redirect_uri": CALLBACK}, who="olivia"
        )
        flow.quay = quay

        async def post(secret: str, **more: str) -> Answer:
            fields = flow.fields(response_type="token", **more)
            encoded = base64.b64encode(f"alice:{secret}".encode()).decode()
            headers = {"Content-Type": FORM, "Authorization": f"Basic {encoded}"}
            body = urlencode(fields).encode()
            return await quay.ask("POST", "/oauth/authorizeapp", body=body, headers=headers)

        answer = await post(PASSWORD)
        assert answer.status == 302
        assert await flow.works(fragment_of(answer)["access_token"][0])
        assert (await post("wrong-password")).status == 401
        assert is_refusal(await post(PASSWORD, client_id=olivia.json()["client_id"]))
        assert is_refusal(await post(PASSWORD, redirect_uri="https://evil.example.org/"))


async def test_an_offer(flow: Flow) -> None:
    quay = flow.quay
    await quay.registry.users.create_user("oscar", PASSWORD, "")
    owner = Browser(quay)
    await owner.sign_in("oscar", PASSWORD)
    acme = await quay.organization("globex", "oscar")
    assert acme.name == "globex"
    new = {"name": "Deploy", "redirect_uri": CALLBACK}
    app = (await owner.ask("POST", "/api/v1/organization/globex/applications", document=new)).json()
    fields = flow.fields(response_type="token", client_id=app["client_id"], username="alice", state="")
    target = "/oauth/authorize/assignuser?" + urlencode(fields)
    assert (await owner.ask("POST", target.replace("username=alice", "username=nobody"))).status == 404
    assert (await flow.browser.ask("POST", target)).status == 403
    made = await owner.ask("POST", target)
    assert (made.status, "Token assigned successfully" in made.body.decode()) == (200, True)
    await owner.ask("POST", target)
    address = "/api/v1/user/assignedauthorization"
    [offer] = (await flow.browser.ask("GET", address)).json()["authorizations"]
    assert offer["application"]["name"] == "Deploy"
    assert (offer["redirectUri"], offer["responseType"]) == (CALLBACK, "token")
    assert [scope["scope"] for scope in offer["scopes"]] == ["repo:read", "user:read"]
    assert (await owner.ask("DELETE", f"{address}/{offer['uuid']}")).status == 404
    taken = await flow.consent(
        response_type="token", client_id=app["client_id"], assignment_uuid=offer["uuid"], state=""
    )
    assert await flow.works(fragment_of(taken)["access_token"][0])
    assert (await flow.browser.ask("GET", address)).json() == {"authorizations": []}
    await owner.ask("POST", target)
    [offer] = (await flow.browser.ask("GET", address)).json()["authorizations"]
    assert (await flow.browser.ask("DELETE", f"{address}/{offer['uuid']}")).status == 204
    assert (await flow.browser.ask("DELETE", f"{address}/{offer['uuid']}")).status == 404


async def test_offers_can_be_turned_off(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), tokens=Tokens(oauth_assignment=False)) as quay:
        flow = await flow_of(quay)
        assert (await flow.browser.ask("POST", "/oauth/authorize/assignuser")).status == 404
        assert (await flow.browser.ask("GET", "/api/v1/user/assignedauthorization")).status == 404
