"""An organization's default permissions, applications, keyring and settings, and its end."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.public_keys import RELEASE_FINGERPRINT, RELEASE_KEY
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


def test_a_keyring_is_filled_used_and_emptied(alice: Page) -> None:
    alice.goto("/alice/-/keyrings")
    alice.get_by_label("Public keys").fill("no key at all")
    alice.get_by_role("button", name="Trust them").click()
    expect(alice.get_by_role("alert")).to_be_visible()
    expect(alice.get_by_label("Public keys")).to_have_value("no key at all")
    alice.get_by_label("Public keys").fill(RELEASE_KEY)
    alice.get_by_role("button", name="Trust them").click()
    expect(alice.get_by_role("status").first).to_contain_text("1 key is trusted")
    expect(alice.get_by_text(RELEASE_FINGERPRINT)).to_be_visible()
    with alice.expect_download() as coming:
        alice.get_by_role("link", name="Download alice-keyring.gpg").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"\xc6")  # a public key, in binary
    alice.get_by_text("Trust it no longer").click()
    alice.get_by_role("button", name="Remove the key").click()
    expect(alice.get_by_role("heading", name="No key is trusted yet")).to_be_visible()


def test_settings_hold_for_pushes(alice: Page, harbour: Harbour) -> None:
    harbour.server.api("POST", "/api/v1/organization/", {"name": "strict"}, harbour.server.admin)
    path = "/api/v1/organization/strict/team/owners/members/alice"
    harbour.server.api("PUT", path, {}, harbour.server.admin)
    alice.goto("/strict/-/settings")
    alice.get_by_label("E-mail address").fill("strict@example.com")
    alice.get_by_role("button", name="Save", exact=True).click()
    expect(alice.get_by_label("E-mail address")).to_have_value("strict@example.com")
    alice.get_by_label("When a chart has findings").select_option(label="refuse it")
    alice.get_by_label("Rules that do not count").fill("No Rule")
    alice.get_by_role("button", name="Save the policy").click()
    expect(alice.get_by_role("alert")).to_contain_text("is no rule")
    alice.get_by_label("Rules that do not count").fill("")
    alice.get_by_role("button", name="Save the policy").click()
    expect(alice.get_by_label("When a chart has findings")).to_have_value("refuse")
    alice.get_by_label("Pattern").fill("v[0-9]+")
    alice.get_by_role("button", name="Add").click()
    pusher = Pusher(harbour.server, harbour.people["alice"], "strict/app")
    pusher.image("v1", [b"for ever"])
    alice.goto("/strict/app/-/tags")
    expect(alice.get_by_role("row").filter(has_text="v1")).to_contain_text("immutable")
    alice.goto("/strict/-/settings")
    alice.get_by_role("button", name="Remove: v[0-9]+").click()
    expect(alice.get_by_role("status").first).to_contain_text("The policy is gone")


def test_an_organization_is_deleted_by_its_name(alice: Page, harbour: Harbour) -> None:
    harbour.server.api("POST", "/api/v1/organization/", {"name": "doomed"}, harbour.server.admin)
    path = "/api/v1/organization/doomed/team/owners/members/alice"
    harbour.server.api("PUT", path, {}, harbour.server.admin)
    Pusher(harbour.server, harbour.people["alice"], "doomed/app").image("v1", [b"lost"])
    alice.goto("/doomed/-/settings")
    expect(alice.get_by_text("repositories: 1, tags: 1")).to_be_visible()
    alice.get_by_label("Type doomed to go on").fill("doomed")
    alice.get_by_role("button", name="Delete the organization").click()
    expect(alice.get_by_role("status").first).to_contain_text("doomed is deleted")
    answer = alice.goto("/doomed")
    assert answer is not None
    assert answer.status == 404


def test_what_people_write_is_shown_and_never_run(alice: Page, harbour: Harbour) -> None:
    """Also by whoever writes it over the REST API. A script that ran, or was stopped, would be a complaint of the page."""
    attack = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
    acme, master = "/api/v1/organization/acme", harbour.server.admin
    harbour.server.api("PUT", f"{acme}/robots/marked", {"description": attack}, master)
    harbour.server.api("PUT", f"{acme}/team/marked", {"role": "member", "description": attack}, master)
    about = {"name": attack, "description": attack, "application_uri": "javascript:document.title=3"}
    client_id = harbour.server.api("POST", f"{acme}/applications", about, master)["client_id"]
    token = {"name": attack, "scope": "repo:read"}
    harbour.server.api("POST", f"{acme}/applications/{client_id}/tokens", token, master)
    for path in (
        "robots",
        "robots/marked",
        "robots?q=%22%3E%3Cscript%3E1%3C/script%3E",
        "teams",
        "teams/marked",
        "applications",
        f"applications/{client_id}",
    ):
        alice.goto(f"/acme/-/{path}")
        assert alice.locator("main img[src=x], main script, main a[href^=javascript]").count() == 0
    alice.get_by_label(f"Type {attack} to go on").fill(attack)
    alice.get_by_role("button", name="Delete the application").click()
    expect(alice.get_by_role("status").first).to_contain_text("is deleted")
