"""Teams: one is made, people and robots come into it and go, and what it may use is theirs."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.server import Server, serving

from .harbour import CONFIG, Harbour
from .people import Visitors


def make_team(page: Page, name: str, role: str = "Member") -> None:
    page.goto("/acme/-/teams")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Role in the organization").select_option(label=role)
    page.get_by_label("What it is for").fill("Lets versions out")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def add(page: Page, who: str) -> None:
    field = page.get_by_label("User")
    field.fill(who)
    field.press("Enter")


def reads(server: Server, harbour: Harbour, who: str, repository: str) -> bool:
    path = f"/v2/{repository}/tags/list"
    return server.request("GET", path, headers=harbour.people[who].basic).status == 200


def test_a_team_gives_its_people_what_it_may_use(alice: Page, harbour: Harbour) -> None:
    make_team(alice, "release")
    add(alice, "carol")
    expect(alice.get_by_role("status").first).to_contain_text("carol is in the team")
    assert not reads(harbour.server, harbour, "carol", "acme/notes")
    alice.get_by_label("Repositories", exact=True).fill("notes")
    alice.get_by_label("Repositories", exact=True).press("Enter")
    expect(alice.get_by_role("rowheader", name="acme/notes")).to_be_visible()
    assert reads(harbour.server, harbour, "carol", "acme/notes")
    alice.get_by_role("button", name="Take away: acme/notes").click()
    expect(alice.get_by_role("rowheader", name="acme/notes")).to_have_count(0)
    assert not reads(harbour.server, harbour, "carol", "acme/notes")
    alice.get_by_role("button", name="Take out: carol").click()
    expect(alice.get_by_role("rowheader", name="carol")).to_have_count(0)


def test_a_robot_is_in_a_team_and_the_team_goes(alice: Page) -> None:
    make_team(alice, "machines", "Creator")
    add(alice, "acme+pipeline")
    alice.get_by_role("link", name="acme+pipeline").click()
    expect(alice.get_by_role("link", name="machines")).to_be_visible()
    alice.get_by_role("link", name="machines").click()
    alice.get_by_label("What it is for").fill("Pipelines")
    alice.get_by_role("button", name="Save").click()
    expect(alice.get_by_label("What it is for")).to_have_value("Pipelines")
    alice.get_by_label("Type machines to go on").fill("machines")
    alice.get_by_role("button", name="Delete the team").click()
    expect(alice.get_by_role("status").first).to_contain_text("deleted")
    expect(alice.get_by_role("rowheader", name="machines")).to_have_count(0)


def test_mistakes_are_named(alice: Page) -> None:
    make_team(alice, "careful")
    add(alice, "nobody-of-this-name")
    expect(alice.get_by_role("alert")).to_contain_text("Unknown user")
    expect(alice.get_by_label("User")).to_have_value("nobody-of-this-name")
    alice.goto("/acme/-/teams")
    alice.get_by_label("Name", exact=True).fill("crew")
    alice.get_by_role("button", name="Make the team").click()
    expect(alice.get_by_role("alert")).to_contain_text("already")
    alice.goto("/acme/-/teams/owners")
    alice.get_by_label("Type owners to go on").fill("owners")
    alice.get_by_role("button", name="Delete the team").click()
    expect(alice.get_by_role("alert")).to_contain_text("cannot be deleted")


def test_somebody_leaves_the_organization(alice: Page, harbour: Harbour) -> None:
    harbour.server.create_user("erin")
    make_team(alice, "short-lived")
    add(alice, "erin")
    alice.goto("/acme/-/members?q=ERI")
    expect(alice.get_by_role("row")).to_have_count(2)
    alice.get_by_role("link", name="erin").click()
    alice.get_by_label("Type erin to go on").fill("erin")
    alice.get_by_role("button", name="Take out of everything here").click()
    expect(alice.get_by_role("status").first).to_contain_text("erin has no place in acme")
    expect(alice.get_by_role("link", name="erin")).to_have_count(0)


def test_members_see_their_own_team_and_change_nothing(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.signed_in(harbour, "bob")
    page.goto("/acme/-/teams")
    expect(page.get_by_role("link", name="owners")).to_have_count(0)
    page.get_by_role("link", name="crew").click()
    expect(page.get_by_role("rowheader", name="bob")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


def test_with_mail_people_are_invited(tmp_path: Path, visitors: Visitors) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"{CONFIG}FEATURE_MAILING: true\n")
    with serving(tmp_path / "data", "--config", str(config)) as server:
        people = {"harbourmaster": server.admin, "alice": server.create_user("alice")}
        server.create_organization("acme")
        page = visitors.signed_in(Harbour(server, people), "harbourmaster")
        make_team(page, "crew")
        add(page, "visitor@example.com")
        expect(page.get_by_role("status").first).to_contain_text("visitor@example.com is invited")
        add(page, "alice")
        expect(page.get_by_role("row", name="alice")).to_contain_text("invited")
        for who in ("alice", "visitor@example.com"):
            page.get_by_role("button", name=f"Take back: {who}").click()
            expect(page.get_by_role("row", name=who)).to_have_count(0)
