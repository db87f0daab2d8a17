"""What happened to tags, and the way back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors
from .pusher import Pusher


def pusher(harbour: Harbour, repository: str) -> Pusher:
    return Pusher(harbour.server, harbour.people["alice"], repository)


def test_a_deleted_tag_is_brought_back(harbour: Harbour, alice: Page) -> None:
    digest = pusher(harbour, "acme/gone").image("v1", [b"layer"])["digest"]
    alice.goto("/acme/gone/-/tags/v1/settings")
    alice.get_by_role("button", name="Delete v1").click()
    expect(alice.get_by_role("status").filter(has_text="v1 was deleted.")).to_be_visible()
    happened = alice.get_by_role("listitem").filter(has_text="v1 was deleted")
    expect(happened).to_contain_text("can come back")
    happened.get_by_role("link", name=re.compile("Restore v1")).click()
    expect(alice.get_by_text("there is no such tag now")).to_be_visible()
    expect(alice.get_by_text(digest)).to_be_visible()
    alice.get_by_role("button", name="Restore").click()
    expect(alice.get_by_role("status").filter(has_text="v1 is back.")).to_be_visible()
    expect(alice.locator("#digest")).to_have_text(digest)
    alice.get_by_role("link", name="History").click()
    expect(alice.get_by_role("listitem").filter(has_text="v1 was brought back")).to_be_visible()
    expect(alice.get_by_role("listitem").filter(has_text="deleted")).to_contain_text("It points there again.")
    expect(alice.get_by_role("link", name=re.compile("Restore"))).to_have_count(0)


def test_a_move_is_taken_back(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/moved")
    first = push.image("v1", [b"first"])["digest"]
    second = push.image("v1", [b"second"])["digest"]
    push.image("other", [b"third"])
    alice.goto("/acme/moved/-/history")
    expect(alice.get_by_role("listitem").filter(has_text="other was created")).to_be_visible()
    alice.get_by_role("searchbox", name="History of one tag").fill("v1")
    alice.get_by_role("button", name="Show").click()
    expect(alice.get_by_role("listitem").filter(has_text="other")).to_have_count(0)
    moved = alice.get_by_role("listitem").filter(has_text="v1 was moved")
    expect(moved).to_contain_text(f"from {first[:19]} to {second[:19]}")
    moved.get_by_role("link", name=re.compile("Restore v1")).click()
    for digest in (first, second):
        expect(alice.get_by_text(digest)).to_be_visible()
    alice.get_by_role("button", name="Restore").click()
    expect(alice.locator("#digest")).to_have_text(first)


def test_an_immutable_tag_stays_where_it_is(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/staying")
    first = push.image("v1", [b"first"])["digest"]
    push.image("v1", [b"second"])
    path = "/api/v1/repository/acme/staying/tag/v1"
    harbour.server.api("PUT", path, {"immutable": True}, harbour.server.admin)
    alice.goto(f"/acme/staying/-/restore?tag=v1&digest={first}")
    expect(alice.get_by_text("The tag is immutable now")).to_be_visible()
    alice.get_by_role("button", name="Restore").click()
    expect(alice.get_by_role("alert")).to_contain_text("immutable")


def test_what_cannot_come_back_says_why(alice: Page) -> None:
    alice.goto(f"/acme/app/-/restore?tag=v1&digest=sha256:{'0' * 64}")
    expect(alice.get_by_text("it has been collected")).to_be_visible()
    expect(alice.get_by_role("button", name="Restore")).to_have_count(0)
    alice.goto("/acme/app/-/history?tag=never")
    expect(alice.get_by_role("heading", name="Nothing is told of this tag")).to_be_visible()


def test_a_reader_sees_the_history_and_restores_nothing(harbour: Harbour, visitors: Visitors) -> None:
    bob = visitors.signed_in(harbour, "bob")
    bob.goto("/acme/app/-/history")
    expect(bob.get_by_role("listitem").filter(has_text="v1 was moved")).to_be_visible()
    expect(bob.get_by_role("link", name=re.compile("Restore"))).to_have_count(0)


def test_a_name_that_is_a_script_is_only_a_name(alice: Page) -> None:
    name = "<script>document.title='owned'</script>"
    alice.goto("/acme/app/-/history?tag=" + name.replace("<", "%3C").replace(">", "%3E"))
    expect(alice.get_by_role("searchbox", name="History of one tag")).to_have_value(name)
    assert "owned" not in alice.title()
    alice.goto("/acme/app/-/tags?q=" + name.replace("<", "%3C").replace(">", "%3E"))
    expect(alice.get_by_text("Nothing matches")).to_be_visible()
    assert "owned" not in alice.title()
