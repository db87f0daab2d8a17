"""Signing in by a form: what it asks, where it leads, and where it never leads."""

from __future__ import annotations

import html
from urllib.parse import urlencode

import pytest

from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.quay import QuayApi
from tests.support.server import Answer

PASSWORD = "correct-horse"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": "", "X-Requested-With": ""}
BACK = "/oauth/authorize?client_id=X&redirect_uri=https%3A%2F%2Fci.example.com%2F&scope=repo%3Aread"


@pytest.fixture
async def browser(quay: QuayApi) -> Browser:
    await quay.registry.users.create_user("alice", PASSWORD, "alice@example.com")
    return Browser(quay)


async def form(browser: Browser, back: str = "") -> Page:
    answer = await browser.ask("GET", f"/signin?{urlencode({'redirect_url': back})}")
    assert answer.status == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]
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
        "/",
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org",
        "/oauth/authorize",
        "/oauth/../x?y",
        "/oauth/authorize?a=b\r\nSet-Cookie: a=b",
        "/oauth/authorize?<script>",
        "/oauth/authorize@evil.example.org?x",
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
        assert answer.status == 200
    assert not {"refresh", "location"} & set(answer.headers)
    assert "href" not in answer.body.decode()


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}, {"username": '"><script>'}])
async def test_a_refusal_tells_nothing_of_the_account(browser: Browser, wrong: dict[str, str]) -> None:
    page = await form(browser, BACK)
    answer = await send(browser, page, **wrong)
    assert answer.status == 403
    again = Page(answer.body.decode())
    assert "Invalid Username or Password: log in again" in again.words
    assert "script" not in again.tags
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
