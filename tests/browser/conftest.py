"""What the browser tests share: Debian's Chromium, a filled registry, and pages that tell of their own mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.support.tools import tool

from .harbour import Harbour, harbour_in
from .people import Visitors
from .walker import Walker, walking

_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
"""Chromium refuses to run as root with a sandbox; CI machines have neither a screen nor much shared memory."""


# Of this package, not of the session: while it lives, Playwright's loop is the thread's, and no other test could have one.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser, shared by all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium"), args=list(_SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """A filled registry, shared by all tests: each changes only what it made itself."""
    with harbour_in(tmp_path_factory.mktemp("harbour") / "data") as running:
        yield running


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[Visitors]:
    """Opens windows; at the end none of their pages may have complained of a script or of the content policy."""
    complaints: list[str] = []
    with Visitors(chromium, lambda page: _listen(page, complaints)) as found:
        yield found
    assert not complaints


@pytest.fixture(scope="package")
def complaints() -> list[str]:
    """What pages of the walk complain of."""
    return []


@pytest.fixture(scope="package")
def walk(harbour: Harbour, chromium: Browser, complaints: list[str]) -> Iterator[Walker]:
    """The windows of the walk through all pages: a person signs in once."""
    with walking(harbour, chromium, lambda page: _listen(page, complaints)) as found:
        yield found


@pytest.fixture
def walker(walk: Walker, complaints: list[str]) -> Iterator[Walker]:
    """Opens the pages of the list; none may complain of a script or of the content policy."""
    complaints.clear()
    yield walk
    assert not complaints


@pytest.fixture
def alice(harbour: Harbour, visitors: Visitors) -> Page:
    """A page of the administrator of ``acme``, signed in."""
    return visitors.signed_in(harbour, "alice")


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: _note(message, complaints))


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    # A refused form answers with 4xx, which the browser reports as a resource that failed.
    if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
        complaints.append(message.text)
