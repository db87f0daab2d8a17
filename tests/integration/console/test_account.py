"""The account's own pages: what they change, what they ask for first, and what ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from charthouse.config.settings import Tokens
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.registry import present
from tests.support.server import Answer
from tests.support.site import Site, site_in

PASSWORD, OTHER = "correct-horse", "another-horse"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
USER = "/api/v1/user/"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_in(tmp_path / "data", present()) as made:
        await made.registry.users.create_user("alice", PASSWORD, "alice@example.com")
        yield made


@pytest.fixture
async def alice(site: Site) -> Browser:
    return await signed_in(site)


async def signed_in(site: Site) -> Browser:
    browser = Browser(site)
    assert (await browser.sign_in("alice", PASSWORD)).status == 200
    return browser


async def send(browser: Browser, path: str, **fields: str) -> Answer:
    return await browser.ask("POST", path, body=urlencode(fields).encode(), headers=FORM)


async def page(browser: Browser, path: str) -> Page:
    answer = await browser.ask("GET", path)
    assert answer.status == 200
    return Page(answer.body.decode())


async def test_an_address(alice: Browser) -> None:
    assert (await page(alice, "/-/account")).fields["email"] == "alice@example.com"
    assert (await send(alice, "/-/account", email="ada@example.com")).status == 303
    assert (await alice.ask("GET", USER)).json()["email"] == "ada@example.com"
    refused = await send(alice, "/-/account", email="no address")
    assert refused.status == 400
    assert Page(refused.body.decode()).fields["email"] == "no address", "what was typed is shown again"
    assert (await alice.ask("GET", USER)).json()["email"] == "ada@example.com"


async def test_the_password_is_asked_for_before_anything_is_typed(alice: Browser, site: Site) -> None:
    site.clock.advance(3600)
    for path in ("/-/account", "/-/account/tokens"):
        shown = await alice.ask("GET", path)
        assert f"/-/verify?back={path}" in shown.body.decode()
        assert not {"email", "title"} & set(Page(shown.body.decode()).fields)
        late = await send(alice, path, email="x@example.com", title="late")
        assert late.headers["location"].startswith("/-/verify?back=")


async def test_a_new_password(alice: Browser, site: Site) -> None:
    elsewhere = await signed_in(site)
    at, again = "/-/account/password", {"new_password": OTHER, "new_password_again": OTHER}
    for wrong in (
        {"password": "wrong"} | again,
        {"password": PASSWORD} | again | {"new_password_again": "different-horse"},
        {"password": PASSWORD, "new_password": "2short2", "new_password_again": "2short2"},
    ):
        refused = await send(alice, at, **wrong)
        assert refused.status in {400, 403}
        assert not any(value in refused.body.decode() for value in wrong.values() if value != "wrong")
        site.clock.advance(60)
    assert (await elsewhere.ask("GET", USER)).status == 200
    assert (await send(alice, at, password=PASSWORD, **again)).status == 303
    assert (await alice.ask("GET", USER)).status == 200
    assert (await elsewhere.ask("GET", USER)).status == 401
    assert (await Browser(site).sign_in("alice", OTHER)).status == 200


async def test_a_token_is_shown_once(alice: Browser, site: Site) -> None:
    made = await send(alice, "/-/account/tokens", title="laptop <b>")
    assert made.status == 200
    assert made.headers["cache-control"] == "private, no-store"
    lines = [words for words in Page(made.body.decode()).words if "--password-stdin" in words]
    assert len(lines) == 3
    secret = lines[0].split()[1]
    assert f"echo {secret} | docker login --username '$app' --password-stdin registry.example.com" in lines
    later = await alice.ask("GET", "/-/account/tokens")
    assert secret not in later.body.decode()
    assert "laptop <b>" in Page(later.body.decode()).words
    [token] = await site.registry.metadata.app_tokens.of((await site.account("alice")).account_id)
    assert (await send(alice, "/-/account/tokens/revoke", uuid=token.uuid)).status == 303
    assert (await send(alice, "/-/account/tokens/revoke", uuid=token.uuid)).status == 404
    assert await site.registry.metadata.app_tokens.of(token.account_id) == []


async def test_where_no_tokens_are_offered(tmp_path: Path) -> None:
    async with site_in(tmp_path / "data", present(), tokens=Tokens(app_specific=False)) as site:
        await site.registry.users.create_user("alice", PASSWORD, "")
        alice = await signed_in(site)
        assert "title" not in (await page(alice, "/-/account/tokens")).fields
        assert (await send(alice, "/-/account/tokens", title="x")).status == 404


async def test_sessions(alice: Browser, site: Site) -> None:
    phone = await signed_in(site)
    site.clock.advance(1)
    desk = await signed_in(site)
    site.clock.advance(500)
    await phone.ask("GET", "/-/account")
    listed = (await alice.ask("GET", "/-/account/sessions")).body.decode()
    assert listed.count("Firefox on Linux") >= 3
    assert listed.count("this one") == 1
    assert listed.count("signed in <time") == 3
    [first, *_] = [
        s for s in (await alice.ask("GET", "/api/v1/user/sessions")).json()["sessions"] if not s["current"]
    ]
    assert (await send(alice, "/-/account/sessions/end", uuid=first["uuid"])).status == 303
    assert (await send(alice, "/-/account/sessions/end", uuid=first["uuid"])).status == 404
    assert (await desk.ask("GET", USER)).status == 401, "the last one is the first of the list"
    assert (await send(alice, "/-/account/sessions/end-others")).status == 303
    assert (await phone.ask("GET", USER)).status == 401
    assert (await alice.ask("GET", USER)).status == 200


async def test_a_page_that_waits_keeps_no_session_alive(alice: Browser, site: Site) -> None:
    timeout = site.registry.settings.sessions.timeout
    account = await site.account("alice")

    async def expires() -> int:
        [session] = await site.registry.metadata.sessions.of(account.account_id)
        return session.expires_ms

    at_first = await expires()
    site.clock.advance(timeout / 2)
    waiting = await alice.ask("GET", "/alice/-/start", headers={"HX-Request": "true"})
    assert (waiting.status, waiting.body) == (204, b"")
    assert "set-cookie" not in waiting.headers
    assert await expires() == at_first
    assert (await alice.ask("GET", "/alice/-/start")).status == 200
    assert await expires() > at_first
    site.clock.advance(timeout)
    ended = await alice.ask("GET", "/alice/-/start", headers={"HX-Request": "true"})
    assert (ended.status, ended.headers["hx-refresh"]) == (401, "true")


async def test_the_end_of_an_account(alice: Browser, site: Site) -> None:
    await site.repository("alice/app", "alice")
    assert (await send(alice, "/-/account/delete", confirm="bob")).status == 400
    ended = await send(alice, "/-/account/delete", confirm="alice")
    assert (ended.status, ended.headers["location"]) == (303, "/")
    assert (await alice.ask("GET", USER)).status == 401
    assert await site.registry.metadata.accounts.by_name("alice") is None
