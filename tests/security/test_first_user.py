"""Whoever makes the first user owns the registry: only a program of this machine may, or who has the set-up token."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.protocol.wire import Reply, raw
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present
from tests.support.server import Answer, Server, StartServer
from tests.support.site import Site, site_in

SET_UP_TOKEN = "set-up-token-of-this-test"
ADDRESS = "/api/v1/user/initialize"
BODY = {"username": "mallory", "password": "correct-horse"}
BEARER = {"Authorization": f"Bearer {SET_UP_TOKEN}"}


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with quay_api(tmp_path / "data", present(), set_up_token=SET_UP_TOKEN) as api:
        yield api


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:5000",
        "registry.localhost:5000",
        "127.0.0.1:5000",
        "127.9.9.9",
        "[::1]:5000",
        "[::ffff:127.0.0.1]",
        "0.0.0.0:5000",
    ],
)
async def test_names_of_this_machine(quay: QuayApi, host: str) -> None:
    assert (await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "registry.example.com",
        "registry.example.com:5000",
        "192.0.2.1:5000",
        "[2001:db8::1]:5000",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "examplelocalhost",
        "localhost@example.com",
        "[",
        "",
        "2130706433",
        "0x7f.1",
    ],
)
async def test_host_that_a_proxy_or_a_rebound_page_sends(quay: QuayApi, host: str) -> None:
    """From loopback, with no header that would tell of a proxy: many a proxy sets only this one."""
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host})
    assert answer.status == 401
    assert "set-up token" in answer.json()["message"]
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host} | BEARER)
    assert answer.status == 200


def test_on_a_real_server(start_server: StartServer) -> None:
    server = start_server("--workers", "1")
    assert _post(server, "registry.example.com").status == 401
    assert _post(server, server.host, "X-Forwarded-For: 192.0.2.1").status == 401
    assert _post(server, server.host, "Origin: http://localhost").status == 401
    assert _post(server, server.host, version="1.0").status == 401  # what nginx makes of a stranger's request
    assert _post(server, server.host).status == 200
    assert _post(server, server.host).status == 400


def _post(server: Server, host: str, *headers: str, version: str = "1.1") -> Reply:
    body = json.dumps(BODY)
    lines = [f"POST {ADDRESS} HTTP/{version}", f"Host: {host}", "Content-Type: application/json", *headers]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""])
    return raw(server.port, (head + body).encode())


FORM = "/-/first-user"
FIELDS = {"username": "mallory", "password": "correct-horse", "email": ""}
HERE = {"Host": "localhost:5000", "Origin": "http://localhost:5000"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_in(tmp_path / "data", present(), set_up_token=SET_UP_TOKEN) as made:
        yield made


async def form(browser: Browser, headers: dict[str, str]) -> Page:
    """Return the page on which a fresh registry's first user is made."""
    answer = await browser.ask("GET", FORM, headers=headers)
    assert answer.status == 200
    return Page(answer.body.decode())


async def send(browser: Browser, page: Page, headers: dict[str, str], **fields: str) -> Answer:
    body = urlencode(page.fields | FIELDS | fields).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
    return await browser.ask("POST", FORM, body=body, headers=kind | headers)


async def test_by_the_form_on_this_machine(site: Site) -> None:
    browser = Browser(site, peer="127.0.0.1")
    page = await form(browser, HERE)
    assert "set_up_token" not in page.fields
    for wrong in ({"_csrf_token": ""}, {"_csrf_token": Browser(site).csrf}):
        assert (await send(browser, page, HERE, **wrong)).status == 403
    for origin in ("http://evil.example.org", "http://localhost:8080", "null"):
        assert (await send(browser, page, HERE | {"Origin": origin})).status == 403
    assert (await send(browser, page, HERE | {"Sec-Fetch-Site": "same-site"})).status == 403
    assert await site.registry.users.awaits_first()
    made = await send(browser, page, HERE)
    assert (made.status, made.headers["location"]) == (303, "/organizations/new/")
    assert (await browser.ask("GET", "/api/v1/user/")).json()["super_user"]
    assert (await browser.ask("GET", FORM, headers=HERE)).headers["location"] == "/"
    assert (await send(browser, page, HERE, username="another")).status in {303, 400, 403}
    assert await site.registry.users.user("another") is None


@pytest.mark.parametrize(
    ("peer", "more"),
    [
        ("192.0.2.1", {}),
        ("127.0.0.1", {"Host": "registry.example.com", "Origin": "https://registry.example.com"}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
async def test_by_the_form_from_elsewhere(site: Site, peer: str, more: dict[str, str]) -> None:
    browser, headers = Browser(site, peer=peer), HERE | more
    page = await form(browser, headers)
    assert "set_up_token" in page.fields
    for token in ("", "wrong", SET_UP_TOKEN[:-1]):
        answer = await send(browser, page, headers, set_up_token=token)
        assert answer.status == 403
        assert SET_UP_TOKEN[:-1] not in answer.body.decode()
    assert await site.registry.users.awaits_first()
    assert (await send(browser, page, headers, set_up_token=SET_UP_TOKEN)).status == 303


@pytest.mark.parametrize(
    "settings", [{"user_initialize": False, "set_up_token": SET_UP_TOKEN}, {"set_up_token": ""}]
)
async def test_where_the_form_makes_nobody(tmp_path: Path, settings: dict[str, Any]) -> None:
    async with site_in(tmp_path / "data", present(), **settings) as site:
        browser = Browser(site)
        page = await form(browser, {})
        assert "username" not in page.fields
        assert "charthouse admin create-user NAME --superuser" in page.words
        assert (await send(browser, page, {}, set_up_token=settings["set_up_token"])).status == 403
        assert await site.registry.users.awaits_first()


async def test_every_way_leads_to_the_form_until_there_is_a_user(tmp_path: Path) -> None:
    async with site_in(tmp_path / "data", present(), anonymous_access=False) as site:
        browser = Browser(site)
        assert (await browser.ask("GET", "/")).headers["location"].startswith("/signin")
        assert (await browser.ask("GET", "/signin")).headers["location"] == FORM
        await site.registry.users.create_user("alice", "correct-horse", "")
        assert (await browser.ask("GET", "/signin")).status == 200
