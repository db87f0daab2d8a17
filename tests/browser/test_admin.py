"""Superusers at work: users, organizations, service keys, messages, and the registry as a whole."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors


@pytest.fixture
def master(harbour: Harbour, visitors: Visitors) -> Page:
    """A page of a superuser."""
    return visitors.signed_in(harbour, "harbourmaster")


def test_the_registry_at_a_glance(master: Page) -> None:
    master.goto("/-/admin/")
    expect(master.get_by_role("region", name="Totals")).to_contain_text("Repositories")
    expect(master.get_by_role("region", name="Health")).to_contain_text("Database")
    expect(master.get_by_role("region", name="Installation")).to_contain_text("SQLite")
    master.get_by_role("button", name="Count now").click()
    stored = master.get_by_role("region", name="Storage")
    expect(stored).to_contain_text("Held by repositories", timeout=40_000)  # the page notices


def test_a_user_from_the_first_to_the_last_day(master: Page, harbour: Harbour, visitors: Visitors) -> None:
    master.goto("/-/admin/users")
    master.get_by_label("User name").fill("dora")
    master.get_by_role("textbox", name="E-mail address", exact=True).fill("dora@example.com")
    master.get_by_role("button", name="Make the user").click()
    password = master.locator("#new-password").inner_text()
    assert password not in master.url

    theirs = visitors.stranger(harbour.server)
    _sign_in(theirs, "dora", password)
    expect(theirs.get_by_role("navigation", name="Account")).to_contain_text("dora")

    master.get_by_role("link", name="To the user").click()
    master.get_by_role("textbox", name="E-mail address").fill("d@example.com")
    master.get_by_role("button", name="Save the address").click()
    expect(master.get_by_role("status").filter(has_text="e-mail")).to_be_visible()
    master.get_by_role("button", name="Disable the user").click()
    expect(master.get_by_text("disabled", exact=True)).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_role("link", name="Sign in")).to_be_visible()
    master.get_by_role("button", name="Enable the user").click()
    master.get_by_label("New password").fill("another-password")
    master.get_by_role("button", name="Set the password").click()
    expect(master.get_by_role("status").filter(has_text="new password")).to_be_visible()
    _sign_in(theirs, "dora", "another-password")

    deletion = master.get_by_role("region", name="Delete")
    button = deletion.get_by_role("button", name="Delete the user")
    expect(button).to_be_disabled()
    deletion.get_by_label("Type dora to go on").fill("dora")
    button.click()
    expect(master.get_by_text("dora is deleted.")).to_be_visible()
    master.get_by_label("Name or e-mail address").fill("dora")
    master.get_by_role("button", name="Find").click()
    expect(master.get_by_text("No user matches")).to_be_visible()


def test_a_user_who_cannot_be_made_is_typed_again(master: Page) -> None:
    master.goto("/-/admin/users")
    master.get_by_label("User name").fill("alice")
    master.get_by_role("button", name="Make the user").click()
    expect(master.get_by_role("alert")).to_be_visible()
    expect(master.get_by_label("User name")).to_have_value("alice")


def test_superusers_are_changed_by_the_configuration_only(master: Page) -> None:
    master.goto("/-/admin/users/harbourmaster")
    expect(master.get_by_text("SUPER_USERS")).to_be_visible()
    expect(master.get_by_role("button", name="Delete the user")).to_have_count(0)


def test_an_organization_is_renamed_taken_over_and_deleted(master: Page, harbour: Harbour) -> None:
    harbour.server.create_organization("dock")
    master.goto("/-/admin/orgs?q=doc")
    master.get_by_role("link", name="dock").click()
    master.get_by_label("New name").fill("pier")
    master.get_by_role("button", name="Rename").click()
    expect(master.get_by_text("dock is called pier now.")).to_be_visible()
    master.get_by_role("button", name="Take over").click()
    expect(master.get_by_text("You administer pier now.")).to_be_visible()
    master.goto("/-/admin/orgs/pier")
    master.get_by_label("Type pier to go on").fill("pier")
    master.get_by_role("button", name="Delete the organization").click()
    expect(master.get_by_text("pier is deleted.")).to_be_visible()


def test_a_service_key_is_shown_once_and_changed(master: Page) -> None:
    master.goto("/-/admin/keys")
    master.get_by_label("Service", exact=True).fill("scanner")
    master.get_by_role("textbox", name="Name", exact=True).fill("first scanner")
    master.get_by_label("Last day").fill("2099-12-31")
    master.get_by_role("button", name="Make the key").click()
    expect(master.locator("#private-key")).to_contain_text("PRIVATE KEY")
    master.get_by_role("link", name="To the key").click()
    expect(master.get_by_text("PRIVATE KEY")).to_have_count(0)
    expect(master.get_by_label("Last day")).to_have_value("2099-12-31")
    master.get_by_role("textbox", name="Name", exact=True).fill("old scanner")
    master.get_by_role("button", name="Save the name").click()
    expect(master.get_by_role("heading", name="old scanner")).to_be_visible()
    master.get_by_label("Last day").fill("")
    master.get_by_role("button", name="Save the last day").click()
    expect(master.get_by_text("never", exact=True)).to_be_visible()
    master.get_by_label("Type old scanner to go on").fill("old scanner")
    master.get_by_role("button", name="Delete the key").click()
    expect(master.get_by_role("link", name="old scanner")).to_have_count(0)


def test_nothing_in_the_words_of_a_key_runs(master: Page, harbour: Harbour) -> None:
    words = "<img src=x onerror=alert(1)>"
    key = {
        "service": "painter",
        "expiration": None,
        "name": words,
        "notes": words,
        "metadata": {words: words},
    }
    made = harbour.server.api("POST", "/api/v1/superuser/keys", key, harbour.server.admin)
    for path in ("/-/admin/keys", f"/-/admin/keys/{made['kid']}"):
        master.goto(path)
        expect(master.get_by_text(words).first).to_be_visible()
        expect(master.get_by_role("main").locator("img")).to_have_count(0)
    master.get_by_role("textbox", name=f"Type {words} to go on").fill(words)
    master.get_by_role("button", name="Delete the key").click()
    expect(master.get_by_text(words)).to_have_count(1)  # the notice that it is gone


def test_everybody_is_told_and_nothing_in_a_message_runs(
    master: Page, harbour: Harbour, visitors: Visitors
) -> None:
    master.goto("/-/admin/messages")
    master.get_by_label("Severity").select_option("warning")
    master.get_by_role("textbox", name="Message").fill("Closed **tonight** <img src=x onerror=alert(1)>")
    master.get_by_role("button", name="Tell everybody").click()
    stranger = visitors.stranger(harbour.server)
    stranger.goto("/")
    banner = stranger.get_by_role("note")
    expect(banner.locator("strong")).to_have_text("tonight")
    expect(banner.locator("img")).to_have_count(0)
    master.get_by_role("button", name=re.compile("Delete: Closed")).click()
    expect(master.get_by_role("note")).to_have_count(0)


def test_a_read_only_superuser_sees_it_all_and_changes_nothing(harbour: Harbour, visitors: Visitors) -> None:
    observer = visitors.signed_in(harbour, "observer")
    for path in ("", "users", "users/alice", "orgs", "orgs/acme", "keys", "messages"):
        observer.goto(f"/-/admin/{path}")
        expect(observer.get_by_role("main").locator("form[method=post]")).to_have_count(0)
    answer = observer.request.post(
        "/-/admin/users/alice/enabled",
        form={"enabled": "no", "_csrf_token": observer.locator("[name=_csrf_token]").first.input_value()},
        headers={"Origin": harbour.server.url},
    )
    assert answer.status == 403
    observer.goto("/-/admin/users/alice")
    expect(observer.get_by_text("enabled", exact=True)).to_be_visible()


def test_others_find_nothing_there(alice: Page) -> None:
    alice.goto("/-/admin/users")
    expect(alice.get_by_role("heading", name="Nothing to see here")).to_be_visible()


def _sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/signin?redirect_url=/")
    page.get_by_label("User name or e-mail address").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
