"""Signing in and out, and a person's own account: profile, password, tokens, sessions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import PHONE, Visitors


@pytest.fixture
def owner(harbour: Harbour, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a user of this test's own."""
    name = f"owner-{abs(hash(request.node.name)) % 100_000}"
    harbour.people[name] = harbour.server.create_user(name)
    yield name
    del harbour.people[name]


def test_signing_in_and_out_by_keyboard(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    page = visitors.stranger(harbour.server)
    page.goto(f"/{owner}/-/start")
    expect(page.get_by_label("User name or e-mail address")).to_be_focused()
    page.keyboard.type(owner)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong. Try again.")
    expect(page.get_by_label("User name or e-mail address")).to_have_value(owner)
    while page.url.endswith("/signin"):  # whoever was wrong waits for a second
        expect(page.get_by_label("Password")).to_be_focused()
        page.keyboard.type(harbour.people[owner].password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.wait_for_url(harbour.address(f"/{owner}/-/start"))
    page.locator("summary").filter(has_text=owner).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/-/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_account_of_ones_own(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server, viewport=PHONE)
    page.goto("/signin?redirect_url=/search")
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password").fill("2 short")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("A password has at least 8 characters")
    expect(page.get_by_label("User name")).to_have_value("newcomer")
    page.get_by_label("Password").fill("newcomer-secret")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(harbour.address("/search"))
    expect(page.get_by_text("Welcome, newcomer.")).to_be_visible()


def test_a_profile(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    page = account_of(harbour, visitors, owner)
    page.get_by_label("E-mail address").fill(f"{owner}@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(f"{owner}@example.com")


def test_a_new_password_signs_others_out(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    elsewhere, waiting = visitors.signed_in(harbour, owner), visitors.signed_in(harbour, owner)
    waiting.goto(f"/{owner}/-/start")
    page = account_of(harbour, visitors, owner, "Password")
    page.get_by_label("Present password").fill(harbour.people[owner].password)
    page.get_by_label("New password", exact=True).fill("quite-another-secret")
    page.get_by_label("New password again").fill("quite-another-secret")
    page.get_by_role("main").get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()
    page.goto("/-/account")
    expect(page.get_by_role("heading", name="Your account", level=1)).to_be_visible()
    elsewhere.goto("/-/account")
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    waiting.wait_for_url("**/signin?redirect_url=*")  # it asks by itself, and finds out


def test_a_token_works_until_it_is_revoked(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    page = account_of(harbour, visitors, owner, "Application tokens")
    expect(page.get_by_role("heading", name="No tokens yet")).to_be_visible()
    page.get_by_label("What it is for").fill("build machine")
    page.get_by_role("button", name="Make the token").click()
    secret = page.locator("#new-token").inner_text()
    expect(page.locator("#login-helm")).to_contain_text(f"echo {secret} | helm registry login --plain-http")
    token = type(harbour.people[owner])("$app", secret)
    assert harbour.server.request("GET", "/v2/auth", headers=token.basic).status == 200
    page.goto("/-/account/tokens")
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text="build machine")
    row.get_by_role("button", name="Revoke: build machine").click()
    expect(page.get_by_text("The token is revoked.")).to_be_visible()
    assert harbour.server.request("GET", "/v2/auth", headers=token.basic).status == 401


def test_sessions_are_ended(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    others = [visitors.signed_in(harbour, owner) for _ in range(2)]
    page = account_of(harbour, visitors, owner, "Sessions")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="this one").get_by_role("button")).to_have_count(0)
    rows.nth(1).get_by_role("button", name="Sign out: Chrome on Linux").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_text("1 other browser is signed out.")).to_be_visible()
    expect(rows).to_have_count(1)
    for other in others:
        other.goto("/-/account")
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_end_of_an_account(harbour: Harbour, visitors: Visitors, owner: str) -> None:
    page = account_of(harbour, visitors, owner)
    button = page.get_by_role("button", name="Delete the account")
    expect(button).to_be_disabled()
    page.get_by_label(f"Type {owner} to go on").fill(owner)
    button.click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()


def account_of(harbour: Harbour, visitors: Visitors, name: str, tab: str = "") -> Page:
    """Open a tab of somebody's account by the menu."""
    page = visitors.signed_in(harbour, name)
    page.locator("summary").filter(has_text=name).click()
    page.get_by_role("link", name="Your account").click()
    if tab:
        page.get_by_role("link", name=tab, exact=True).click()
    return page
