"""Pages travel compressed, but none that another site has made the browser ask for."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.config.settings import People
from tests.support.browser import Browser
from tests.support.forms import Page
from tests.support.registry import present
from tests.support.site import Site, site_in

ABOUT = "/-/about"
PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with site_in(tmp_path / "data", present(), people=People(creation=True)) as made:
        yield made


@pytest.fixture
async def browser(site: Site) -> Browser:
    return Browser(site)


async def _is_packed(browser: Browser, **headers: str) -> bool:
    answer = await browser.ask("GET", ABOUT, headers=PACKED | headers)
    assert answer.status == 200
    assert "Sec-Fetch-Site" in answer.headers["vary"]
    packed = answer.headers.get("content-encoding") == "gzip"
    text = gzip.decompress(answer.body) if packed else answer.body
    assert text.startswith(b"<!doctype html>")
    return packed


@pytest.mark.parametrize(
    ("asked_by", "packed"),
    [("none", True), ("same-origin", True), ("cross-site", False), ("same-site", False), ("other", False)],
)
async def test_who_asks_decides(browser: Browser, asked_by: str, packed: bool) -> None:
    assert await _is_packed(browser, **{"Sec-Fetch-Site": asked_by}) is packed


async def test_a_browser_that_does_not_tell_is_believed_without_tls_only(site: Site) -> None:
    for scheme, packed in (("http", True), ("https", False)):
        site.serve(scheme)
        answer = await site.ask("GET", ABOUT, headers=PACKED)
        assert ("content-encoding" in answer.headers) is packed


async def test_who_takes_no_gzip_gets_the_page_as_it_is(browser: Browser) -> None:
    assert not await _is_packed(browser, **{"Accept-Encoding": "identity", "Sec-Fetch-Site": "none"})


async def test_no_two_pages_bear_the_same_token_and_both_are_believed(browser: Browser) -> None:
    pages = [await browser.ask("GET", ABOUT) for _ in range(2)]
    tokens = [Page(page.body.decode()).fields["_csrf_token"] for page in pages]
    assert tokens[0] != tokens[1]
    for token in tokens:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
        body = f"theme=dark&back={ABOUT}&_csrf_token={token}".encode()
        assert (await browser.ask("POST", "/-/preferences", body=body, headers=headers)).status == 303
