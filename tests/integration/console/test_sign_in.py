"""Signing in by a form: what it asks, where it leads, and where it never leads."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from charthouse.config.settings import People, Repositories
from charthouse.console.doors import Doors
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.registry import present
from tests.support.server import Answer
from tests.support.site import Site, site_in

PASSWORD = "correct-horse"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": "", "X-Requested-With": ""}
BACK = "/oauth/authorize?client_id=X&redirect_uri=https%3A%2F%2Fci.example.com%2F&scope=repo%3Aread"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_in(tmp_path / "data", present(), people=People(creation=True)) as made:
        await made.registry.users.create_user("alice", PASSWORD, "alice@example.com")
        yield made


@pytest.fixture
async def browser(site: Site) -> Browser:
    return Browser(site)


async def form(browser: Browser, back: str = "") -> Page:
    answer = await browser.ask("GET", f"/signin?{urlencode({'redirect_url': back})}")
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    return Page(answer.body.decode())


async def send(browser: Browser, page: Page, **fields: str) -> Answer:
    filled = page.fields | {"username": "alice", "password": PASSWORD} | fields
    return await browser.ask("POST", "/signin", body=urlencode(filled).encode(), headers=FORM)


async def test_signing_in(browser: Browser) -> None:
    before = await form(browser, BACK)
    stranger = browser.cookie
    answer = await send(browser, before)
    assert answer.status == 200
    assert answer.headers["refresh"] == f"0;url={BACK}"
    assert f'href="{html.escape(BACK)}"' in answer.body.decode()
    assert browser.cookie != stranger
    assert (await browser.ask("GET", "/api/v1/user/")).json()["username"] == "alice"


@pytest.mark.parametrize(
    "back",
    [
        "",
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org",
        "/oauth/authorize?a=b\r\nSet-Cookie: a=b",
        "/oauth/authorize?<script>",
        "javascript:alert(1)//oauth/authorize?x",
        " /oauth/authorize?x",
        "/oauth/authorize?" + "x" * 9000,
    ],
)
async def test_it_leads_to_no_other_place(browser: Browser, back: str) -> None:
    page = await form(browser, back)
    assert page.fields["redirect_url"] == ""
    answer = await send(browser, page, redirect_url=back)
    if len(back) < 8192:
        assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "refresh" not in answer.headers


@pytest.mark.parametrize(
    "back", ["/", "/acme/web/-/tags?page=2", "/oauth/../x?y", "/-/account", "/x@evil.example.org?y"]
)
async def test_it_leads_back(browser: Browser, back: str) -> None:
    """Whatever stands there is a path of this registry, if there is such a page or not."""
    page = await form(browser, back)
    answer = await send(browser, page)
    found = answer.headers.get("location") or answer.headers["refresh"].removeprefix("0;url=")
    assert found == back
    again = await browser.ask("GET", f"/signin?{urlencode({'redirect_url': back})}")
    assert (again.status, again.headers["location"]) == (303, back), "who is in already goes on"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}, {"username": '"><script>'}])
async def test_a_refusal_tells_nothing_of_the_account(browser: Browser, wrong: dict[str, str]) -> None:
    page = await form(browser, BACK)
    answer = await send(browser, page, **wrong)
    assert answer.status == 403
    again = Page(answer.body.decode())
    assert "The name or the password is wrong. Try again." in again.words
    assert "<script>" not in answer.body.decode()
    assert again.fields["username"] == wrong.get("username", "alice")
    assert again.fields["redirect_url"] == BACK
    assert PASSWORD not in answer.body.decode()
    assert (await browser.ask("GET", "/api/v1/user/")).status == 401


async def test_another_sites_form(browser: Browser) -> None:
    """Nobody is signed in as somebody else, in whose account they would then leave what is theirs."""
    page = await form(browser)
    other = Browser(browser.quay)
    foreign = await form(other)
    for fields, headers in (
        ({"_csrf_token": ""}, {}),
        ({"_csrf_token": foreign.fields["_csrf_token"]}, {}),
        ({}, {"Origin": "https://evil.example.org"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        filled = page.fields | {"username": "alice", "password": PASSWORD} | fields
        body = urlencode(filled).encode()
        answer = await browser.ask("POST", "/signin", body=body, headers=FORM | headers)
        assert answer.status == 403
    assert (await browser.ask("GET", "/api/v1/user/")).status == 401


async def test_a_disabled_account(browser: Browser, site: Site) -> None:
    account = await site.account("alice")
    await site.registry.metadata.accounts.set_enabled(account.account_id, enabled=False)
    answer = await send(browser, await form(browser))
    assert answer.status == 403
    assert "This account is disabled. Ask whoever runs this registry." in Page(answer.body.decode()).words


async def test_without_passwords(tmp_path: Path) -> None:
    async with site_in(tmp_path / "data", present(), people=People(direct_login=False)) as made:
        await made.registry.users.create_user("alice", PASSWORD, "")
        browser = Browser(made)
        page = await form(browser)
        assert "password" not in page.fields
        assert (await send(browser, page)).status == 403
        assert (await browser.ask("GET", "/createaccount")).status == 404


async def test_a_read_only_registry_opens_no_session(tmp_path: Path) -> None:
    async with site_in(tmp_path / "data", present()) as made:
        await made.registry.users.create_user("alice", PASSWORD, "")
    async with site_in(tmp_path / "data", present(), repositories=Repositories(state="readonly")) as made:
        browser = Browser(made)
        answer = await send(browser, await form(browser))
        assert answer.status == 405
        assert "System is currently read-only" in answer.body.decode()


async def test_the_password_again(browser: Browser, site: Site) -> None:
    await send(browser, await form(browser))
    site.clock.advance(3600)
    page = Page((await browser.ask("GET", "/-/verify?back=/-/account")).body.decode())
    assert page.fields["back"] == "/-/account"
    for password, status in (("wrong", 403), (PASSWORD, 303)):
        body = urlencode(page.fields | {"password": password}).encode()
        answer = await browser.ask("POST", "/-/verify", body=body, headers=FORM)
        assert answer.status == status
        assert PASSWORD not in answer.body.decode()
        site.clock.advance(60)  # the next guess has to wait
    assert answer.headers["location"] == "/-/account"


async def test_an_account_of_ones_own(browser: Browser) -> None:
    page = Page((await browser.ask("GET", "/createaccount?redirect_url=/acme")).body.decode())
    for name, status in (("alice", 400), ("Bob Smith", 400), ("bob", 303)):
        body = urlencode(page.fields | {"username": name, "password": PASSWORD}).encode()
        answer = await browser.ask("POST", "/createaccount", body=body, headers=FORM)
        assert answer.status == status
    assert answer.headers["location"] == "/acme"
    assert (await browser.ask("GET", "/api/v1/user/")).json()["username"] == "bob"


async def test_other_places_to_sign_in_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = Doors(passwords=False, elsewhere=(("the company", "/oauth2/company"),))
    monkeypatch.setattr("charthouse.compose.entry.doors_of", lambda _: doors)
    async with site_in(tmp_path / "data", present()) as made:
        await made.registry.users.create_user("alice", PASSWORD, "")
        answer = await Browser(made).ask("GET", f"/signin?{urlencode({'redirect_url': '/acme/web'})}")
        assert (
            'href="/oauth2/company?redirect_url=/acme/web">Sign in with the company</a>'
            in answer.body.decode()
        )
        assert "password" not in Page(answer.body.decode()).fields


async def test_where_nobody_makes_one(tmp_path: Path) -> None:
    async with site_in(tmp_path / "data", present(), people=People(creation=False)) as made:
        browser = Browser(made)
        answer = await browser.ask("GET", "/createaccount")
        assert answer.status == 404
        page = Page(answer.body.decode())
        assert "Accounts are made by whoever runs this registry. Ask them for one." in page.words
        body = urlencode(page.fields | {"username": "bob", "password": PASSWORD}).encode()
        assert (await browser.ask("POST", "/createaccount", body=body, headers=FORM)).status == 404
