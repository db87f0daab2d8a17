"""Signing in and out with a browser, field by field."""

from __future__ import annotations

import pytest

from charthouse.jobs.sessions import SessionExpiryJob
from tests.support.browser import Browser
from tests.support.quay import QuayApi

PASSWORD = "correct-horse"
SIGNIN, USER = "/api/v1/signin", "/api/v1/user/"
FRESH_SECONDS = 600
TIMEOUT_SECONDS = 31 * 86_400


@pytest.fixture
async def browser(quay: QuayApi) -> Browser:
    await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
    return Browser(quay)


@pytest.fixture
async def alice(browser: Browser) -> Browser:
    assert (await browser.sign_in("alice", PASSWORD)).status == 200
    return browser


@pytest.mark.parametrize("name", ["alice", "alice@example.com", "Alice@EXAMPLE.com"])
async def test_sign_in(browser: Browser, name: str) -> None:
    answer = await browser.sign_in(name, PASSWORD)
    assert (answer.status, answer.json()) == (200, {"success": True})
    assert answer.headers["cache-control"] == "no-store"
    found = await browser.ask("GET", USER)
    assert (found.status, found.json()["username"]) == (200, "alice")


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong-password"), ("nobody", PASSWORD), ("a@b.c", PASSWORD), ("", "")]
)
async def test_a_refusal_tells_nothing_of_the_account(browser: Browser, name: str, password: str) -> None:
    answer = await browser.sign_in(name, password)
    assert answer.status == 403
    assert answer.json() == {
        "needsEmailVerification": False,
        "invalidCredentials": True,
        "message": "Invalid Username or Password: log in again",
    }
    assert (await browser.ask("GET", USER)).status == 401


async def test_a_disabled_user_is_not_let_in(browser: Browser, quay: QuayApi) -> None:
    account = await quay.account("alice")
    await quay.registry.metadata.accounts.set_enabled(account.account_id, enabled=False)
    answer = await browser.sign_in("alice", PASSWORD)
    assert (answer.status, "disabled" in answer.json()["message"]) == (403, True)


async def test_guesses_are_slowed_down(browser: Browser) -> None:
    for _ in range(4):
        await browser.sign_in("alice", f"wrong-password-{_}")
    answer = await browser.sign_in("alice", PASSWORD)
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_sign_out_ends_all_sessions_of_the_user(alice: Browser, quay: QuayApi) -> None:
    other = Browser(quay)
    await other.sign_in("alice", PASSWORD)
    answer = await alice.ask("POST", "/api/v1/signout")
    assert (answer.status, answer.json()) == (200, {"success": True})
    assert alice.cookies == {}
    assert (await other.ask("GET", USER)).status == 401


async def test_a_session_ends_by_itself(alice: Browser, quay: QuayApi) -> None:
    quay.clock.advance(TIMEOUT_SECONDS)
    assert (await alice.ask("GET", USER)).status == 401


async def test_a_session_that_is_used_lives_on(alice: Browser, quay: QuayApi) -> None:
    answer = await alice.ask("GET", USER)
    assert "set-cookie" not in answer.headers
    for _ in range(4):
        quay.clock.advance(TIMEOUT_SECONDS // 2)
        answer = await alice.ask("GET", USER)
        assert answer.status == 200
        assert f"Max-Age={TIMEOUT_SECONDS}" in answer.headers["set-cookie"]


async def test_sensitive_calls_ask_for_the_password_again(alice: Browser, quay: QuayApi) -> None:
    change = {"email": "new@example.com"}
    quay.clock.advance(FRESH_SECONDS + 1)
    refused = await alice.ask("PUT", USER, document=change)
    assert (refused.status, refused.json()["error_type"]) == (401, "fresh_login_required")
    assert (await quay.account("alice")).email == "alice@example.com"
    wrong = await alice.ask("POST", "/api/v1/signin/verify", document={"password": "wrong-password"})
    assert (wrong.status, wrong.json()["invalidCredentials"]) == (403, True)
    assert (await alice.ask("PUT", USER, document=change)).status == 401
    quay.clock.advance(60)
    right = await alice.ask("POST", "/api/v1/signin/verify", document={"password": PASSWORD})
    assert (right.status, right.json()) == (200, {"success": True})
    assert (await alice.ask("PUT", USER, document=change)).status == 200


async def test_an_access_token_needs_no_fresh_login(quay: QuayApi, browser: Browser) -> None:
    answer = await quay.ask("PUT", USER, who="alice", document={"email": "new@example.com"})
    assert (answer.status, answer.json()["email"]) == (200, "new@example.com")
    verify = await quay.ask("POST", "/api/v1/signin/verify", who="alice", document={"password": PASSWORD})
    assert verify.status == 403


async def test_sessions_are_listed_and_ended(alice: Browser, quay: QuayApi) -> None:
    other = Browser(quay, peer="198.51.100.7")
    quay.clock.advance(1)
    await other.sign_in("alice", PASSWORD)
    found = (await alice.ask("GET", "/api/v1/user/sessions")).json()["sessions"]
    assert [(s["address"], s["current"]) for s in found] == [("198.51.100.7", False), ("192.0.2.1", True)]
    assert {"uuid", "created", "last_verified", "expires", "user_agent"} < set(found[0])
    assert found[0]["created"].endswith("-0000")
    ended = await alice.ask("DELETE", f"/api/v1/user/sessions/{found[0]['uuid']}")
    assert (ended.status, ended.body) == (204, b"")
    assert (await other.ask("GET", USER)).status == 401
    assert (await alice.ask("DELETE", f"/api/v1/user/sessions/{found[0]['uuid']}")).status == 404
    assert (await quay.ask("GET", "/api/v1/user/sessions", who="alice")).status == 403, "a token is no person"


async def test_the_first_user_is_signed_in(quay: QuayApi) -> None:
    browser = Browser(quay, peer="127.0.0.1")
    local = {"User-Agent": "", "Sec-Fetch-Site": "", "Origin": ""}
    body = {"username": "quayadmin", "password": PASSWORD, "email": "a@example.com"}
    made = await browser.ask("POST", "/api/v1/user/initialize", document=body, headers=local)
    assert made.status == 200, made.body
    assert (await browser.ask("GET", USER)).json()["username"] == "quayadmin"


async def test_ended_sessions_are_forgotten(alice: Browser, quay: QuayApi) -> None:
    sessions = quay.registry.metadata.sessions
    job = SessionExpiryJob(sessions, quay.registry.metadata.last_uses, quay.clock, timeout=60)
    assert await job.run() == {"sessions": 0}
    quay.clock.advance(TIMEOUT_SECONDS)
    assert await job.run() == {"sessions": 1}
    assert await sessions.of((await quay.account("alice")).account_id) == []
