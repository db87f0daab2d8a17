"""What other sites, stolen cookies and old browsers may try on people who are signed in."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.settings import People, Sessions
from tests.support.browser import FIREFOX, Browser
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

PASSWORD = "correct-horse"
SIGNIN, USER, ORGANIZATION = "/api/v1/signin", "/api/v1/user/", "/api/v1/organization/"
ALICE = {"username": "alice", "password": PASSWORD}
OURS = "https://registry.example.com"


@asynccontextmanager
async def api(path: Path, **settings: Any) -> AsyncIterator[QuayApi]:
    async with quay_api(path / "data", present(), **settings) as quay:
        await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
        yield quay


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with api(tmp_path) as made:
        yield made


@pytest.fixture
async def alice(quay: QuayApi) -> Browser:
    browser = Browser(quay)
    assert (await browser.sign_in("alice", PASSWORD)).status == 200
    return browser


async def _made_nothing(quay: QuayApi) -> bool:
    return await quay.registry.metadata.accounts.by_name("acme") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 43},
        {"X-CSRF-Token": "é"},
        {"Origin": "https://evil.example.com"},
        {"Origin": "https://registry.example.com.evil.example"},
        {"Origin": "https://registry.example.com:8443"},
        {"Origin": "https://registry.example.com@evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:5001"},
        {"Origin": "null", "Host": "null"},
        {"Origin": "", "Host": "", "X-CSRF-Token": ""},
        {"Origin": "https://["},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "nonsense"},
    ],
    ids=str,
)
async def test_a_change_comes_from_our_own_page(
    alice: Browser, quay: QuayApi, headers: dict[str, str]
) -> None:
    answer = await alice.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    assert answer.status == 403
    assert answer.json()["error_message"] == "CSRF token was invalid or missing."
    assert await _made_nothing(quay)


@pytest.mark.parametrize(
    "origin",
    [OURS, "https://registry.example.com:443", "http://registry.example.com", "http://localhost:5000", ""],
)
async def test_our_own_page_may(alice: Browser, quay: QuayApi, origin: str) -> None:
    answer = await alice.ask("POST", ORGANIZATION, document={"name": "acme"}, headers={"Origin": origin})
    assert answer.status == 201
    assert answer.headers["x-next-csrf-token"] == alice.csrf
    assert not await _made_nothing(quay)


async def test_the_token_may_stand_in_the_query(alice: Browser) -> None:
    target = f"{ORGANIZATION}?_csrf_token={alice.csrf}"
    assert (
        await alice.ask("POST", target, document={"name": "acme"}, headers={"X-CSRF-Token": ""})
    ).status == 201


async def test_a_token_is_of_one_session(alice: Browser, quay: QuayApi) -> None:
    await quay.registry.users.create_user("mallory", PASSWORD, "")
    mallory = Browser(quay)
    await mallory.sign_in("mallory", PASSWORD)
    headers = {"X-CSRF-Token": mallory.csrf}
    assert (await alice.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)).status == 403
    assert await _made_nothing(quay)


async def test_methods_and_forms_are_no_way_around(alice: Browser, quay: QuayApi) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
    assert (await alice.ask("POST", ORGANIZATION, body=b"name=acme", headers=form)).status in (400, 403)
    wrong = b"name=acme&_csrf_token=wrong"
    assert (await alice.ask("POST", ORGANIZATION, body=wrong, headers=form)).status in (400, 403)
    override = {"X-HTTP-Method-Override": "DELETE", "X-CSRF-Token": ""}
    assert (await alice.ask("GET", USER, headers=override)).status == 200
    assert (await alice.ask("DELETE", "/api/v1/user/sessions/x", headers={"X-CSRF-Token": ""})).status == 403
    assert (await alice.ask("GET", USER)).status == 200
    assert await _made_nothing(quay)


@pytest.mark.parametrize("path", [SIGNIN, "/api/v1/recovery", "/api/v1/signout"])
async def test_strangers_need_the_token_too(quay: QuayApi, path: str) -> None:
    """Else another site could sign a browser in as somebody else, who then reads what its user does."""
    answer = await quay.ask("POST", path, document=ALICE | {"email": "alice@example.com"})
    assert answer.status == 403
    assert answer.json()["error_message"] == "CSRF token was invalid or missing."
    assert "set-cookie" not in answer.headers


async def test_an_access_token_needs_no_csrf_token_and_the_cookie_beside_it_means_nothing(
    alice: Browser, quay: QuayApi
) -> None:
    await quay.registry.users.create_user("bob", PASSWORD, "")
    bearer = await quay.bearer("bob")
    headers = bearer | {
        "X-CSRF-Token": "",
        "Origin": "https://evil.example.com",
        "Sec-Fetch-Site": "cross-site",
    }
    answer = await alice.ask("POST", ORGANIZATION, document={"name": "acme"}, headers=headers)
    assert answer.status == 201
    assert (await alice.ask("GET", USER, headers=bearer)).json()["username"] == "bob"
    wrong = {"Authorization": "Bearer " + "A" * 40}
    assert (await alice.ask("GET", USER, headers=wrong)).status == 401, "no falling back on the cookie"


async def test_a_session_cannot_be_fixed(quay: QuayApi) -> None:
    """The cookie that a browser had before the login, planted perhaps, is no session after it."""
    browser = Browser(quay)
    await browser.begin()
    before = dict(browser.cookies)
    await browser.sign_in("alice", PASSWORD)
    assert browser.cookies != before
    thief = Browser(quay)
    thief.cookies = before
    assert (await thief.ask("GET", USER)).status == 401


async def test_a_planted_cookie_of_another_form_is_not_taken(quay: QuayApi) -> None:
    browser = Browser(quay)
    browser.cookies = {"__Host-charthouse_session": "planted"}
    await browser.begin()
    assert browser.cookie != "planted"


async def test_a_second_login_leaves_the_first_cookie_to_its_session(alice: Browser) -> None:
    first = dict(alice.cookies)
    await alice.sign_in("alice", PASSWORD)
    assert alice.cookies != first


async def test_a_stolen_cookie_ends_with_sign_out_and_with_the_password(quay: QuayApi) -> None:
    accounts = quay.registry.metadata.accounts
    for end in ("sign out", "password", "disabled"):
        quay.clock.advance(60)
        browser, thief = Browser(quay), Browser(quay)
        await browser.sign_in("alice", PASSWORD)
        thief.cookies, thief.csrf = dict(browser.cookies), browser.csrf
        assert (await thief.ask("GET", USER)).status == 200
        match end:
            case "sign out":
                await browser.ask("POST", "/api/v1/signout")
            case "password":
                changed = await browser.ask("PUT", USER, document={"password": PASSWORD})
                assert changed.status == 200
                assert (await browser.ask("GET", USER)).status == 200, "the own session goes on"
            case _:
                await accounts.set_enabled((await quay.account("alice")).account_id, enabled=False)
        assert (await thief.ask("GET", USER)).status == 401, end
        assert (await thief.ask("PUT", USER, document={"email": "thief@example.com"})).status == 401, end
    assert (await quay.account("alice")).email == "alice@example.com"


async def test_the_store_holds_no_cookie(alice: Browser, quay: QuayApi, tmp_path: Path) -> None:
    value = alice.cookie.encode()
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert not any(value in path.read_bytes() for path in files)
    [session] = await quay.registry.metadata.sessions.of((await quay.account("alice")).account_id)
    assert session.token_hash == hashlib.sha256(value).hexdigest()


async def test_a_thousand_sessions(quay: QuayApi) -> None:
    account = await quay.account("alice")
    first = await quay.registry.sessions.open(account, "192.0.2.1", "x" * 10_000)
    for _ in range(1000):
        quay.clock.advance(0.001)
        last = await quay.registry.sessions.open(account, "192.0.2.1", "")
    kept = await quay.registry.metadata.sessions.of(account.account_id)
    assert len(kept) == 100
    assert all(len(session.user_agent) <= 255 for session in kept)
    assert await quay.registry.sessions.find(last.cookie) is not None
    assert await quay.registry.sessions.find(first.cookie) is None


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "é" * 43, "a b", "x" * 100_000, "../../x", "\x01" * 43])
async def test_cookies_that_are_none(quay: QuayApi, value: str) -> None:
    headers = {"Cookie": f"__Host-charthouse_session={value}"} if value.isprintable() else {}
    try:
        answer = await quay.ask("GET", USER, headers=headers)
    except UnicodeEncodeError:  # no client could send it either
        return
    assert answer.status == 401


FLAGS = {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2678400"}


@pytest.mark.parametrize(
    ("scheme", "settings", "name", "flags"),
    [
        ("https", {}, "__Host-charthouse_session", FLAGS | {"Secure"}),
        ("http", {}, "charthouse_session", FLAGS),
        ("http", {"cookie_secure": True}, "__Host-charthouse_session", FLAGS | {"Secure"}),
        ("https", {"cookie_never_secure": True}, "charthouse_session", FLAGS),
        (
            "https",
            {"permanent": False},
            "__Host-charthouse_session",
            {"HttpOnly", "Path=/", "SameSite=lax", "Secure"},
        ),
        (
            "https",
            {"cookie_same_site": "Strict", "timeout": 900},
            "__Host-charthouse_session",
            {"HttpOnly", "Path=/", "SameSite=strict", "Secure", "Max-Age=900"},
        ),
    ],
)
async def test_the_cookies_flags(
    tmp_path: Path, scheme: str, settings: dict[str, Any], name: str, flags: set[str]
) -> None:
    async with api(tmp_path, sessions=Sessions(**settings)) as quay:
        quay.serve(scheme)
        browser = Browser(quay)
        answer = await browser.sign_in("alice", PASSWORD)
        value, *found = answer.headers["set-cookie"].split("; ")
        assert value.partition("=")[0] == name
        assert {flag for flag in found if not flag.startswith("expires")} == flags
        assert (await browser.ask("GET", USER)).status == 200


@pytest.mark.parametrize(("proxies", "secure"), [(1, True), (0, False)])
async def test_a_proxy_that_ends_tls_is_believed_if_it_is_trusted(
    tmp_path: Path, proxies: int, secure: bool
) -> None:
    async with api(tmp_path) as quay:
        quay.serve("", proxies)
        answer = await quay.ask("GET", "/csrf_token", headers={"X-Forwarded-Proto": "https"})
        assert ("Secure" in answer.headers["set-cookie"]) is secure


async def test_behind_https_a_cookie_without_the_prefix_is_not_taken(alice: Browser) -> None:
    """Another host of the domain could have planted it."""
    alice.cookies = {"charthouse_session": alice.cookie}
    assert (await alice.ask("GET", USER)).status == 401


@pytest.mark.parametrize(
    ("agent", "status"),
    [
        (FIREFOX, 400),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", 400),
        ("curl/8.5.0", 200),
        ("python-requests/2.32", 200),
        ("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1", 200),
        ("", 200),
    ],
)
async def test_a_browser_says_that_a_script_asks(
    alice: Browser, quay: QuayApi, agent: str, status: int
) -> None:
    headers = {"User-Agent": agent, "X-Requested-With": ""}
    assert (await alice.ask("GET", USER, headers=headers)).status == status
    bearer = await quay.bearer("alice")
    assert (await alice.ask("GET", USER, headers=headers | bearer)).status == 200


async def test_that_can_be_turned_off(tmp_path: Path) -> None:
    async with api(tmp_path, sessions=Sessions(xhr_only=False)) as quay:
        browser = Browser(quay)
        await browser.sign_in("alice", PASSWORD)
        assert (await browser.ask("GET", USER, headers={"X-Requested-With": ""})).status == 200


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ((), "https://console.example.com", None),
        (("*",), "https://anybody.example", "*"),
        (("https://console.example.com",), "https://console.example.com", "https://console.example.com"),
        (("https://console.example.com",), "https://evil.example", None),
        (("https://console.example.com",), "null", None),
        (("https://console.example.com",), "https://console.example.com.evil.example", None),
    ],
)
async def test_other_sites(
    tmp_path: Path, origins: tuple[str, ...], origin: str, allowed: str | None
) -> None:
    """They may ask with an access token where they are named; never with a browser's cookie."""
    async with api(tmp_path, sessions=Sessions(cors_origins=origins)) as quay:
        for method, status in (("GET", 401), ("OPTIONS", 200)):
            answer = await quay.ask(method, USER, headers={"Origin": origin})
            assert answer.status == status
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers.get("vary") == ("Origin" if origins and origins != ("*",) else None)
        assert ("access-control-allow-headers" in answer.headers) is (allowed is not None)


async def test_answers_are_kept_by_nobody(alice: Browser) -> None:
    for method, target in (("GET", USER), ("GET", "/csrf_token"), ("POST", ORGANIZATION)):
        answer = await alice.ask(method, target)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("POST", SIGNIN, 8 * 1024),
        ("POST", "/api/v1/signin/verify", 8 * 1024),
        ("POST", "/api/v1/recovery", 8 * 1024),
        ("POST", "/api/v1/user/apptoken", 8 * 1024),
        ("PUT", USER, 256 * 1024),
    ],
)
async def test_bodies_have_a_size(alice: Browser, method: str, path: str, limit: int) -> None:
    body = b'{"username": "' + b"x" * limit + b'"}'
    answer = await alice.ask(method, path, body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 413


async def test_without_anonymous_access_strangers_may_sign_in_only(tmp_path: Path) -> None:
    async with api(tmp_path, anonymous_access=False, people=People(creation=False)) as quay:
        browser = Browser(quay)
        for path in ("/api/v1/users/alice", "/api/v1/messages", USER):
            answer = await browser.ask("GET", path)
            assert answer.status == 401, path
        assert (await browser.sign_in("alice", PASSWORD)).status == 200
        assert (await browser.ask("GET", "/api/v1/users/alice")).status == 200
