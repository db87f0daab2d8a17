"""What stands on any page leads somewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from .pages import PAGES, Shown
from .walker import Walker


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_links_lead_somewhere(shown: Shown, walker: Walker, followed: set[tuple[str, str]]) -> None:
    page = walker.open(shown)
    broken = {}
    for address in _links(page):
        if (shown.person, address) not in followed:
            followed.add((shown.person, address))
            answer = page.request.get(address, max_redirects=5)
            if answer.status >= 400:
                broken[address] = answer.status
            answer.dispose()
    assert not broken


@pytest.fixture(scope="module")
def followed() -> set[tuple[str, str]]:
    """Who has followed which link already."""
    return set()


def _links(page: Page) -> list[str]:
    """Return where the page's links to this registry lead, each once."""
    found: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    here = urlsplit(page.url).netloc
    parts = [urlsplit(address)._replace(fragment="") for address in found]
    return sorted({part.geturl() for part in parts if part.netloc == here} - {page.url})
