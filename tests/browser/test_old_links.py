"""Old addresses in a browser: they lead on, and tell nobody what is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors


@pytest.mark.parametrize(
    ("old", "heading"),
    [
        ("/repository/acme/app?tab=tags", "acme/app"),
        ("/repository/acme/app?tab=settings", "acme/app"),
        ("/organization/acme?tab=repos", "acme"),
        ("/acme/web:1.0.0", "web"),
        ("/user/alice", "alice"),
    ],
)
def test_old_addresses_lead_on(alice: Page, old: str, heading: str) -> None:
    answer = alice.goto(old)
    assert answer is not None
    assert answer.status == 200
    expect(alice.get_by_role("heading", level=1)).to_contain_text(heading)
    assert "/repository/" not in alice.url


def test_what_is_hidden_and_what_is_missing_are_led_alike(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server)
    shown = []
    for name in ("app", "none"):
        answer = page.goto(f"/repository/acme/{name}?tab=tags")
        assert answer is not None
        shown.append((answer.status, page.url.replace(name, "NAME"), page.get_by_role("main").inner_text()))
    assert shown[0] == shown[1]


def test_a_namespace_with_a_word_of_ours_has_a_page(harbour: Harbour, visitors: Visitors) -> None:
    harbour.server.create_organization("search")
    page = visitors.signed_in(harbour, "harbourmaster")
    page.get_by_role("region", name="Your namespaces").get_by_role("link", name="search").click()
    page.wait_for_url("**/organization/search")
    expect(page.get_by_role("heading", level=1, name="search")).to_be_visible()


def test_what_is_missing_says_what_to_do(alice: Page) -> None:
    answer = alice.goto("/acme/nothing/open")
    assert answer is not None
    assert answer.status == 404
    main = alice.get_by_role("main")
    expect(main.get_by_role("link", name="To the first page")).to_be_visible()
    expect(main.get_by_role("searchbox")).to_have_value("open")
    main.get_by_role("button", name="Search").click()
    expect(alice.get_by_role("link", name="acme/open")).to_be_visible()


def test_a_browser_learns_how_to_search_here(harbour: Harbour) -> None:
    answer = harbour.server.request("GET", "/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    assert f'template="{harbour.server.url}/search?q={{searchTerms}}"'.encode() in answer.body
