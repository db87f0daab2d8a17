"""Reading: repositories, tags and history, in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors


def test_a_stranger_finds_what_is_public_and_nothing_else(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server)
    page.goto("/acme")
    expect(page.get_by_role("link", name="open", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="app", exact=True)).to_have_count(0)


def test_a_repository_leads_to_its_tags_and_their_history(alice: Page) -> None:
    alice.goto("/acme/app")
    alice.get_by_role("link", name="History").click()
    expect(alice.get_by_role("listitem").filter(has_text="v1").first).to_be_visible()
    alice.get_by_role("link", name="Tags", exact=True).click()
    expect(alice.get_by_role("row").filter(has_text="v2")).to_be_visible()
