"""Repositories: finding them in lists, making, describing, sharing and deleting them, in a browser."""

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


def test_a_repository_of_each_kind_says_how_it_is_used(harbour: Harbour, alice: Page) -> None:
    alice.goto("/acme/web")
    host = harbour.server.host
    expect(alice.locator("#helm-upgrade")).to_contain_text(f"oci://{host}/acme/web --version 1.1.0")
    expect(alice.get_by_role("row").filter(has_text="1.0.0")).to_be_visible()
    readme = alice.get_by_role("region", name="README")
    expect(readme.get_by_text("Serves pages, quickly.")).to_be_visible()
    alice.goto("/acme/open")
    expect(alice.locator("#docker-pull")).to_have_text(f"docker pull {host}/acme/open:latest")
    expect(alice.get_by_role("region", name="Description").get_by_text("everybody")).to_be_visible()
    alice.get_by_text("By week").click()
    expect(alice.get_by_role("columnheader", name="Week from")).to_be_visible()
    alice.goto("/acme/notes")
    expect(alice.locator("#oras-pull")).to_contain_text(f"{host}/acme/notes:2026")
    alice.goto("/acme/empty")
    expect(alice.locator("#push-image")).to_have_text(f"docker push {host}/acme/empty:latest")


def test_a_repository_is_made_described_and_deleted(alice: Page) -> None:
    alice.goto("/acme")
    alice.get_by_role("link", name="New repository").click()
    expect(alice.get_by_label("Namespace")).to_have_value("acme")
    alice.get_by_label("Name", exact=True).fill("team/made")
    alice.get_by_label("Description").fill("Made **here**")
    alice.get_by_role("button", name="Make the repository").click()
    alice.wait_for_url("**/acme/team/made")
    expect(alice.get_by_role("status").filter(has_text="acme/team/made is there")).to_be_visible()
    expect(alice.locator("#push-chart")).to_contain_text("helm push made-0.1.0.tgz oci://")
    expect(alice.get_by_role("navigation", name="Breadcrumbs").get_by_role("link")).to_have_text(
        ["acme", "team", "made"]
    )
    alice.get_by_role("link", name="Edit").click()
    alice.get_by_label("Markdown").fill(
        "## About\n\n<img src=x onerror=alert(1)> [bad](javascript:alert(1)) *good*"
    )
    alice.get_by_role("button", name="Save").click()
    about = alice.get_by_role("region", name="Description")
    expect(about.get_by_text("good")).to_be_visible()
    expect(about.get_by_role("img")).to_have_count(0)
    expect(about.get_by_role("link", name="bad")).to_have_count(0)

    alice.get_by_role("link", name="Settings").click()
    delete = alice.get_by_role("button", name="Delete the repository")
    expect(delete).to_be_disabled()
    alice.get_by_label("Type acme/team/made to go on").fill("acme/team/made")
    delete.click()
    alice.wait_for_url("**/acme")
    expect(alice.get_by_role("status").filter(has_text="is deleted")).to_be_visible()
    assert alice.goto("/acme/team/made").status == 404  # type: ignore[union-attr]


def test_a_name_that_is_none_is_told_with_what_was_typed(alice: Page) -> None:
    alice.goto("/new/?namespace=acme")
    alice.get_by_label("Name", exact=True).evaluate("field => field.removeAttribute('pattern')")
    alice.get_by_label("Name", exact=True).fill("No Name")
    alice.get_by_label("Public").check()
    alice.get_by_role("button", name="Make the repository").click()
    expect(alice.get_by_role("alert")).to_contain_text("lower-case letters")
    expect(alice.get_by_label("Name", exact=True)).to_have_value("No Name")
    expect(alice.get_by_label("Public")).to_be_checked()
    alice.get_by_label("Name", exact=True).fill("app")
    alice.get_by_role("button", name="Make the repository").click()
    expect(alice.get_by_role("alert")).to_contain_text("already exists")


def test_an_administrator_shares_protects_and_opens_a_repository(
    harbour: Harbour, alice: Page, visitors: Visitors
) -> None:
    _make(alice, "shared")
    alice.goto("/acme/shared/-/settings")
    for offered in ("crew", "acme+pipeline"):
        expect(alice.locator(f"#suggested option[value='{offered}']")).to_have_count(1)
    alice.get_by_label("Name").fill("nobody-of-this-name")
    alice.get_by_role("button", name="Give").click()
    expect(alice.get_by_role("alert")).to_contain_text("Could not find user")
    alice.get_by_label("Name").fill("carol")
    alice.get_by_role("button", name="Give").click()
    expect(alice.get_by_role("row").filter(has_text="carol")).to_be_visible()
    alice.get_by_label("Role of carol", exact=True).select_option("write")
    alice.get_by_role("button", name="Change the role of carol").click()
    expect(alice.get_by_label("Role of carol", exact=True)).to_have_value("write")
    alice.get_by_label("To", exact=True).select_option("team")
    alice.get_by_label("Name").fill("crew")
    alice.get_by_role("button", name="Give").click()
    expect(alice.get_by_role("row").filter(has_text="crew")).to_contain_text("team")

    carol = visitors.signed_in(harbour, "carol")
    carol.goto("/acme/shared")
    expect(carol.get_by_role("link", name="Settings")).to_have_count(0)
    expect(carol.get_by_role("link", name="Write one")).to_be_visible()
    alice.get_by_role("button", name="Remove: carol").click()
    expect(alice.get_by_role("row").filter(has_text="carol")).to_have_count(0)
    carol.reload()
    expect(carol.get_by_role("heading", name="Nothing to see here")).to_be_visible()

    alice.get_by_label("Pattern").fill("v(")
    alice.get_by_role("button", name="Add").click()
    expect(alice.get_by_role("alert")).to_be_visible()
    alice.get_by_label("Pattern").fill("v.*")
    alice.get_by_role("button", name="Add").click()
    alice.get_by_role("button", name="Remove: v.*").click()
    expect(alice.get_by_text("No policy of this repository")).to_be_visible()
    alice.get_by_role("button", name="Make it read-only").click()
    expect(alice.get_by_role("button", name="Let it be written to")).to_be_visible()
    alice.get_by_role("button", name="Make it public").click()
    expect(alice.get_by_role("status").filter(has_text="Everybody can read")).to_be_visible()
    carol.reload()
    expect(carol.get_by_role("heading", name="acme/shared")).to_be_visible()


def test_a_read_only_superuser_sees_settings_and_changes_nothing(
    harbour: Harbour, visitors: Visitors
) -> None:
    page = visitors.signed_in(harbour, "observer")
    page.goto("/acme/app/-/settings")
    expect(page.get_by_role("row").filter(has_text="crew")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


def _make(page: Page, name: str) -> None:
    page.goto("/new/?namespace=acme")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Make the repository").click()
    page.wait_for_url(f"**/acme/{name}")
