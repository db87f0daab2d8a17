"""Repositories: finding them in lists, making, describing, sharing and deleting them, in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors


def test_a_list_is_narrowed_as_one_types_and_by_kind(alice: Page) -> None:
    alice.goto("/acme")
    rows = alice.locator("#found").get_by_role("listitem")
    expect(rows.filter(has_text="notes")).to_be_visible()
    alice.get_by_label("Find repositories here").press_sequentially("we")
    expect(rows).to_have_count(1)
    expect(alice.get_by_role("link", name="web", exact=True)).to_have_attribute("href", "/acme/web")
    assert "q=we" in alice.url
    alice.get_by_label("Find repositories here").fill("")
    alice.get_by_label("Kind").select_option("artifact")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("notes")
    alice.get_by_label("Find repositories here").fill("there is none")
    expect(alice.get_by_role("heading", name="Nothing matches")).to_be_visible()
    alice.get_by_role("link", name="Show all").click()
    expect(rows.filter(has_text="empty")).to_be_visible()


def test_lists_are_narrowed_without_a_script(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server, java_script_enabled=False)
    page.goto("/acme")
    page.get_by_label("Find repositories here").fill("everybody")
    page.get_by_label("Find repositories here").press("Enter")
    expect(page.locator("#found").get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Kind").select_option("chart")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_the_first_page_has_what_is_ones_own(alice: Page) -> None:
    recent = alice.get_by_role("region", name="Last changed")
    expect(recent.get_by_role("link", name="acme/web")).to_be_visible()
    expect(
        alice.get_by_role("region", name="Your namespaces").get_by_role("link", name="acme")
    ).to_be_visible()
    recent.get_by_role("link", name="acme/notes").click()
    alice.get_by_role("button", name="Star").click()
    alice.get_by_role("link", name="Charthouse").first.click()
    expect(alice.get_by_role("region", name="Starred").get_by_role("link", name="acme/notes")).to_be_visible()
