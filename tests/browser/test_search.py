"""Search over the whole registry, in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from .harbour import Harbour, harbour_in
from .people import Visitors


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """A filled registry of these tests' own, where nothing else was pushed lately."""
    with harbour_in(tmp_path_factory.mktemp("harbour") / "data") as running:
        yield running


def test_a_slash_leads_to_search_and_enter_to_what_is_called_so(alice: Page) -> None:
    alice.keyboard.press("/")
    alice.keyboard.type("acme/we")
    alice.keyboard.press("Enter")
    found = alice.locator("#found").get_by_role("listitem")
    expect(found).to_have_count(1)
    alice.keyboard.press("/")
    alice.keyboard.press("End")
    alice.keyboard.type("b")
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/acme/web")


def test_a_pasted_reference_opens_its_tag(harbour: Harbour, alice: Page) -> None:
    alice.get_by_role("searchbox", name="Find repositories").fill(f"oci://{harbour.server.host}/acme/app:v1")
    alice.keyboard.press("Enter")
    alice.wait_for_url("**/acme/app/-/tags/v1")


def test_search_finds_words_kinds_and_people(harbour: Harbour, alice: Page, visitors: Visitors) -> None:
    alice.goto("/search")
    alice.get_by_label("Name or description").fill("acme")
    expect(alice.locator("#found").get_by_role("link", name="acme", exact=True)).to_be_visible()
    alice.get_by_label("Kind").select_option("chart")
    expect(alice.locator("#found").get_by_role("listitem")).to_have_count(1)
    expect(alice.get_by_role("link", name="acme/web")).to_be_visible()

    stranger = visitors.stranger(harbour.server)
    stranger.goto("/search?q=acme")
    expect(stranger.get_by_role("link", name="acme/open")).to_be_visible()
    expect(stranger.get_by_role("link", name="acme/web")).to_have_count(0)
    stranger.goto("/search?q=acme/web")
    expect(stranger.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_names_are_offered_while_one_types(alice: Page, harbour: Harbour, visitors: Visitors) -> None:
    alice.get_by_label("Find repositories").press_sequentially("acme/")
    expect(alice.locator("#suggestions option[value='acme/web']")).to_have_count(1)
    expect(alice.get_by_role("combobox", name="Find repositories")).to_have_value("acme/")

    stranger = visitors.stranger(harbour.server)
    answer = stranger.request.get("/-/suggestions?q=acme/app")
    assert answer.json() == []
    assert stranger.request.get("/-/suggestions?q=a").json() == []
