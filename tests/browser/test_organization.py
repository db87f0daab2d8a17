"""An organization's default permissions, applications, keyring and settings, and its end."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.server import Server

from .harbour import Harbour
from .people import Visitors
from .pusher import Pusher


def test_what_is_made_is_open_to_a_team_from_the_start(alice: Page, harbour: Harbour) -> None:
    alice.goto("/acme/-/defaults")
    alice.get_by_label("When it is made by").fill("alice")
    alice.get_by_label("Grant the role").select_option("write")
    alice.get_by_label("Team", exact=True).select_option("crew")
    alice.get_by_role("button", name="Add").click()
    row = alice.get_by_role("row").filter(has=alice.get_by_role("cell", name="alice", exact=True))
    row.get_by_label("Role of crew", exact=True).select_option("read")
    row.get_by_role("button", name="Set").click()
    Pusher(harbour.server, harbour.people["alice"], "acme/fresh").image("v1", [b"by default"])
    bob = harbour.people["bob"]
    assert harbour.server.request("GET", "/v2/acme/fresh/tags/list", headers=bob.basic).status == 200
    expect(row.get_by_label("Role of crew", exact=True)).to_have_value("read")
    row.get_by_role("button", name="Remove").click()
    expect(alice.get_by_role("status").first).to_contain_text("It is gone")
    expect(row).to_have_count(0)


def test_a_default_permission_for_nobody_is_refused(alice: Page) -> None:
    alice.goto("/acme/-/defaults")
    alice.get_by_label("a user or a robot").check()
    alice.get_by_label("User or robot", exact=True).fill("nobody-there")
    alice.get_by_role("button", name="Add").click()
    expect(alice.get_by_role("alert")).to_contain_text("Missing delegate")
    expect(alice.get_by_label("User or robot", exact=True)).to_have_value("nobody-there")


def make_application(page: Page, name: str) -> None:
    page.goto("/acme/-/applications")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def lists(server: Server, token: str) -> int:
    ask = {"Authorization": f"Bearer {token}"}
    return server.request("GET", "/api/v1/repository?namespace=acme", headers=ask).status


def test_a_token_is_shown_once_and_can_be_revoked(alice: Page, harbour: Harbour) -> None:
    make_application(alice, "Lister")
    alice.get_by_text("Make a token").click()
    alice.get_by_label("Name of the token").fill("weekly")
    alice.get_by_label("Pull from every repository").check()
    alice.get_by_role("button", name="Make the token").click()
    token = alice.locator("#new-token").inner_text()
    assert lists(harbour.server, token) == 200
    assert token not in alice.url
    alice.get_by_role("link", name="Applications").first.click()
    alice.get_by_role("link", name="Lister").click()
    assert token not in alice.content()
    alice.get_by_role("button", name="Revoke: weekly").click()
    expect(alice.get_by_role("status").first).to_contain_text("refused from now on")
    assert lists(harbour.server, token) == 401


def test_a_token_for_nothing_is_refused(alice: Page) -> None:
    make_application(alice, "Careless")
    alice.get_by_text("Make a token").click()
    alice.get_by_label("Name of the token").fill("for nothing")
    alice.get_by_role("button", name="Make the token").click()
    expect(alice.get_by_role("alert")).to_contain_text("what the token may be used for")
    expect(alice.get_by_label("Name of the token")).to_have_value("for nothing")


def test_an_application_gets_a_new_secret_and_goes(alice: Page, harbour: Harbour, visitors: Visitors) -> None:
    make_application(alice, "Portal of the day")
    secret = alice.locator("#client-secret").text_content()
    alice.get_by_text("Client secret").click()
    alice.get_by_role("button", name="Make a new secret").click()
    expect(alice.get_by_role("status").first).to_contain_text("new client secret")
    renewed = alice.locator("#client-secret").text_content()
    assert secret
    assert renewed
    assert secret != renewed
    watcher = visitors.signed_in(harbour, "observer")
    watcher.goto(alice.url)
    expect(watcher.get_by_role("heading", level=1)).to_have_text("Portal of the day")
    assert renewed not in watcher.content()
    alice.get_by_label("Type Portal of the day to go on").fill("Portal of the day")
    alice.get_by_role("button", name="Delete the application").click()
    expect(alice.get_by_role("link", name="Portal of the day")).to_have_count(0)
