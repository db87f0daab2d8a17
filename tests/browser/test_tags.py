"""Tags as a list: found as one types, in an order, several at once; and everything that is done to one."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .harbour import Harbour
from .people import Visitors
from .pusher import Pusher


def pusher(harbour: Harbour, repository: str) -> Pusher:
    return Pusher(harbour.server, harbour.people["alice"], repository)


def names(page: Page) -> list[str]:
    """Return the tags of the page, from top to bottom."""
    return [link.split("\n")[0] for link in page.locator("table.tags tbody th a").all_inner_texts()]


def change(harbour: Harbour, repository: str, tag: str, **wish: object) -> None:
    path = f"/api/v1/repository/{repository}/tag/{tag}"
    harbour.server.api("PUT", path, wish, harbour.server.admin)


def test_tags_are_found_as_one_types(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/many")
    for number in range(30):
        push.image(f"v{number}", [b"layer of %d" % number])
    alice.goto("/acme/many/-/tags")
    expect(alice.locator("table.tags tbody tr")).to_have_count(25)
    alice.get_by_role("link", name="Next page").click()
    expect(alice.locator("table.tags tbody tr")).to_have_count(5)
    alice.get_by_role("searchbox", name="Find tags").press_sequentially("v29")
    expect(alice.locator("table.tags tbody tr")).to_have_count(1)
    expect(alice.get_by_role("row").filter(has_text="v29")).to_be_visible()
    expect(alice).to_have_url(re.compile(r"q=v29"))
    alice.reload()
    assert names(alice) == ["v29"]
    alice.get_by_role("searchbox", name="Find tags").fill("nothing")
    expect(alice.get_by_text("Nothing matches")).to_be_visible()


def test_the_list_is_ordered_by_its_headings(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/ordered")
    for tag in ("b", "a", "c"):
        push.image(tag, [tag.encode()])
    alice.goto("/acme/ordered/-/tags")
    assert names(alice) == ["c", "a", "b"]
    alice.get_by_role("columnheader", name="Tag", exact=True).get_by_role("link").click()
    expect(alice.get_by_role("columnheader", name="Tag", exact=True)).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert names(alice) == ["a", "b", "c"]
    alice.get_by_role("columnheader", name="Tag", exact=True).get_by_role("link").click()
    expect(alice.get_by_role("columnheader", name="Tag", exact=True)).to_have_attribute(
        "aria-sort", "descending"
    )
    assert names(alice) == ["c", "b", "a"]
    alice.get_by_label("Order").select_option("Oldest first")
    expect(alice).to_have_url(re.compile("sort=oldest"))
    expect(alice.locator("table.tags tbody tr").first).to_contain_text("b")
    assert names(alice) == ["b", "a", "c"]


def test_versions_are_ordered_as_versions(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/versions")
    for tag in ("v1.9.0", "v1.10.0", "edge", "v1.10.0-rc.2", "v1.10.0-rc.10"):
        push.image(tag, [tag.encode()])
    alice.goto("/acme/versions/-/tags?sort=version")
    assert names(alice) == ["v1.10.0", "v1.10.0-rc.10", "v1.10.0-rc.2", "v1.9.0", "edge"]


def test_a_row_says_what_a_tag_is(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/rows")
    both = [push.image("", [b"of", one.encode()], architecture=one) for one in ("arm64", "amd64")]
    index = push.index("latest", both)
    push.index("v1", both)
    subject = {key: index[key] for key in ("mediaType", "digest", "size")}
    push.artifact("application/vnd.dev.cosign.artifact.sig.v1+json", {"signature": b"{}"}, subject=subject)
    push.image(index["digest"].replace(":", "-") + ".sig", [b"an older signature"])
    push.image("alone", [b"alone"], architecture="arm")
    push.artifact("application/vnd.example.notes", {"notes.txt": b"x"}, "notes")
    alice.goto("/acme/rows/-/tags")
    assert names(alice) == ["notes", "alone", "v1", "latest"]
    row = alice.get_by_role("row").filter(has_text="latest")
    for words in ("image", "linux/amd64", "linux/arm64", "signed"):
        expect(row).to_contain_text(words)
    expect(row).to_contain_text("marked A: one of 2 tags of this digest")
    for tag in ("latest", "v1"):
        expect(alice.get_by_role("row").filter(has_text=tag).locator(".same")).to_have_text("A")
    expect(alice.get_by_role("row").filter(has_text="notes")).to_contain_text("artifact")
    expect(alice.get_by_role("row").filter(has_text="alone")).to_contain_text("linux/arm")
    alice.get_by_role("link", name="Show 1 tag of a signature").click()
    expect(alice.get_by_role("row").filter(has_text=".sig")).to_be_visible()
    alice.get_by_role("link", name="Fold tags of signatures away").click()
    assert names(alice) == ["notes", "alone", "v1", "latest"]


def test_several_are_deleted_and_immutable_ones_stay(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/several")
    for tag in ("one", "two", "kept", "other"):
        push.image(tag, [tag.encode()])
    change(harbour, "acme/several", "kept", immutable=True)
    alice.goto("/acme/several/-/tags")
    expect(alice.get_by_role("button", name="Delete")).not_to_be_visible()
    alice.get_by_role("checkbox", name="Choose all tags of this page").check()
    alice.get_by_role("checkbox", name="Choose other").uncheck()
    alice.get_by_role("button", name="Delete").click()
    expect(alice.get_by_role("heading", name="Delete 2 tags")).to_be_visible()
    expect(alice.get_by_text("These are immutable")).to_contain_text("kept")
    alice.get_by_role("button", name="Delete these tags").click()
    expect(alice.get_by_role("status").filter(has_text="2 tags were deleted.")).to_be_visible()
    assert sorted(names(alice)) == ["kept", "other"]


def test_what_fails_is_told_tag_by_tag(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/failing")
    for tag in ("one", "two"):
        push.image(tag, [tag.encode()])
    alice.goto("/acme/failing/-/tags")
    alice.get_by_role("checkbox", name="Choose all tags of this page").check()
    alice.get_by_role("button", name="Delete").click()
    expect(alice.get_by_role("heading", name="Delete 2 tags")).to_be_visible()
    change(harbour, "acme/failing", "two", immutable=True)  # meanwhile, by somebody else
    alice.get_by_role("button", name="Delete these tags").click()
    expect(alice.get_by_role("heading", name="1 tag was deleted.")).to_be_visible()
    expect(alice.get_by_role("alert").get_by_role("listitem")).to_contain_text(
        "two: the tag two is immutable"
    )


def test_several_get_a_date_without_a_script(harbour: Harbour, visitors: Visitors) -> None:
    push = pusher(harbour, "acme/dated")
    for tag in ("one", "two"):
        push.image(tag, [tag.encode()])
    alice = visitors.signed_in(harbour, "alice", java_script_enabled=False)
    alice.goto("/acme/dated/-/tags")
    for tag in ("one", "two"):
        alice.get_by_role("checkbox", name=f"Choose {tag}").check()
    alice.get_by_role("button", name="Set expiry").click()
    alice.get_by_label("Last day (UTC)").fill("2090-12-31")
    alice.get_by_role("button", name="Set this date").click()
    expect(alice.get_by_role("status").filter(has_text="2 tags were changed.")).to_be_visible()
    expect(alice.get_by_role("row").filter(has_text="expires in")).to_have_count(2)


def test_a_tag_gets_a_date_and_loses_it(harbour: Harbour, alice: Page) -> None:
    pusher(harbour, "acme/expiring").image("v1", [b"layer"])
    alice.goto("/acme/expiring/-/tags/v1")
    alice.get_by_role("link", name="Change this tag").click()
    alice.get_by_label("Last day (UTC)").fill("2020-01-01")
    alice.get_by_role("button", name="Set this date").click()
    expect(alice.get_by_role("alert")).to_contain_text("it must lie in the future")
    expect(alice.get_by_label("Last day (UTC)")).to_have_value("2020-01-01")
    alice.get_by_label("Last day (UTC)").fill("2090-01-01")
    alice.get_by_role("button", name="Set this date").click()
    expect(alice.get_by_text("expires in").first).to_be_visible()
    alice.get_by_role("link", name="Change this tag").click()
    alice.get_by_role("button", name="Never expire").click()
    expect(alice.get_by_role("status").filter(has_text="v1 never expires.")).to_be_visible()


def test_another_tag_and_a_move(harbour: Harbour, alice: Page) -> None:
    push = pusher(harbour, "acme/moving")
    digests = {tag: push.image(tag, [tag.encode()])["digest"] for tag in ("one", "two")}
    alice.goto("/acme/moving/-/tags/one/settings")
    alice.get_by_label("New tag").fill("two")
    alice.get_by_role("button", name="Add tag").click()
    expect(alice.get_by_role("alert")).to_contain_text("There is a tag two already")
    alice.get_by_label("New tag").fill("three")
    alice.get_by_role("button", name="Add tag").click()
    expect(alice.get_by_role("status").filter(has_text="three points at this now.")).to_be_visible()
    expect(alice.get_by_role("heading", name="acme/moving:three")).to_be_visible()
    expect(alice.locator("#digest")).to_have_text(digests["one"])
    alice.get_by_role("link", name="Change this tag").click()
    alice.get_by_label("Digest, or a tag to follow once").fill("two")
    alice.get_by_role("button", name="Move tag").click()
    expect(alice.locator("#digest")).to_have_text(digests["two"])


def test_an_immutable_tag_refuses(harbour: Harbour, alice: Page) -> None:
    pusher(harbour, "acme/fixed").image("v1", [b"layer"])
    alice.goto("/acme/fixed/-/tags/v1/settings")
    other = alice.context.new_page()
    other.goto("/acme/fixed/-/tags/v1/settings")
    alice.get_by_role("button", name="Make immutable").click()
    expect(alice.locator(".head .badge").filter(has_text="immutable")).to_be_visible()
    other.get_by_role("button", name="Delete v1").click()  # a page of before
    expect(other.get_by_role("alert")).to_contain_text("immutable")
    expect(other.get_by_role("button", name="Delete v1")).to_have_count(0)
    other.get_by_role("button", name="Let it change again").click()
    expect(other.get_by_role("status").filter(has_text="v1 may change.")).to_be_visible()


def test_a_writer_cannot_take_protection_away(harbour: Harbour, visitors: Visitors) -> None:
    pusher(harbour, "acme/guarded").image("v1", [b"layer"])
    change(harbour, "acme/guarded", "v1", immutable=True)
    path = "/api/v1/repository/acme/guarded/permissions/team/crew"
    harbour.server.api("PUT", path, {"role": "write"}, harbour.server.admin)
    bob = visitors.signed_in(harbour, "bob")
    bob.goto("/acme/guarded/-/tags/v1/settings")
    expect(bob.get_by_text("Only administrators of the repository")).to_be_visible()
    expect(bob.get_by_role("button", name="Let it change again")).to_have_count(0)


def test_a_reader_chooses_nothing(harbour: Harbour, visitors: Visitors) -> None:
    bob = visitors.signed_in(harbour, "bob")
    bob.goto("/acme/app/-/tags")
    expect(bob.get_by_role("row").filter(has_text="v2")).to_be_visible()
    expect(bob.get_by_role("checkbox")).to_have_count(0)
    bob.goto("/acme/app/-/tags/v1/settings")
    expect(bob.get_by_role("heading", name="Nothing to see here")).to_be_visible()
