"""The keyboard alone: every control is reached and seen, menus open and close, whole flows are gone through."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .harbour import Harbour
from .pages import PAGES, Shown
from .people import Visitors
from .walker import Walker

_CONTROLS = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const found = [...document.querySelectorAll(wanted)].filter(
    (one) => !one.matches(":disabled") && one.checkVisibility({ visibilityProperty: true }));
  // Of radio buttons that belong together, the key Tab reaches one.
  window.controls = found.filter((one) => {
    if (one.type !== "radio") return true;
    const group = found.filter((other) => other.type === "radio" && other.name === one.name && other.form === one.form);
    const reached = group.find((other) => other.checked) ?? group[0];
    return one === reached;
  });
  return window.controls.map((one) => one.outerHTML.slice(0, 120));
}"""
_REACHED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    index: window.controls.indexOf(one),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_every_control_is_reached_and_seen(shown: Shown, walker: Walker) -> None:
    page = walker.open(shown)
    controls: list[str] = page.evaluate(_CONTROLS)
    page.evaluate("document.activeElement.blur()")
    missing = set(range(len(controls)))
    for _ in range(len(controls) + 10):
        page.keyboard.press("Tab")
        reached = page.evaluate(_REACHED)
        if (index := reached["index"]) >= 0:
            missing.discard(index)
            assert reached["marked"], f"focus cannot be seen on {controls[index]}"
            assert reached["inside"], f"focus is out of sight on {controls[index]}"
        if not missing:
            return
    assert [controls[index] for index in sorted(missing)] == []


def test_the_first_key_leads_past_the_header(alice: Page) -> None:
    alice.goto("/acme/app")
    alice.keyboard.press("Tab")
    expect(alice.get_by_role("link", name="Skip to content")).to_be_focused()
    alice.keyboard.press("Enter")
    expect(alice.locator("main")).to_be_focused()


def test_a_slash_leads_to_the_search(alice: Page) -> None:
    alice.goto("/acme/app")
    alice.keyboard.press("/")
    alice.keyboard.type("acme/open")
    alice.keyboard.press("Enter")
    expect(alice.get_by_role("heading", level=1, name="acme/open")).to_be_visible()


def test_a_slash_may_be_turned_off(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server)
    page.goto("/-/about")
    page.get_by_role("button", name="Turn the key / off").press("Enter")
    expect(page.get_by_role("button", name="Turn the key / on")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find repositories")).not_to_be_focused()


def test_menus_open_and_close(alice: Page) -> None:
    alice.goto("/acme/app")
    opener = alice.get_by_role("banner").locator("summary").filter(has_text="New")
    opener.focus()
    alice.keyboard.press("Enter")
    first = alice.get_by_role("link", name="New repository")
    expect(first).to_be_visible()
    alice.keyboard.press("Tab")
    expect(first).to_be_focused()
    alice.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(opener).to_be_focused()
    alice.keyboard.press("Enter")
    for _ in range(3):  # past the menu's end, which closes it
        alice.keyboard.press("Tab")
    expect(first).to_be_hidden()


def test_signing_in_and_out(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server)
    page.goto("/-/about")
    _go_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/signin"))
    if not page.get_by_label("User name or e-mail address").evaluate("one => one === document.activeElement"):
        _go_to(page, "User name or e-mail address")
    page.keyboard.type("carol")
    _go_to(page, "Password")
    page.keyboard.type(harbour.people["carol"].password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\d/-/about$"))
    _go_to(page, "carol")
    page.keyboard.press("Enter")
    _go_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="You are signed out.")).to_be_visible()


def test_choosing_a_language_and_colours(harbour: Harbour, visitors: Visitors) -> None:
    page = visitors.stranger(harbour.server)
    page.goto("/-/about")
    _go_to(page, "Theme")
    page.keyboard.press("Enter")
    _go_to(page, "Dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _go_to(page, "Language: English")
    page.keyboard.press("Enter")
    _go_to(page, "한국어")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "ko")


_NAME = """() => {
  const one = document.activeElement;
  const label = one.labels?.[0] ?? one;
  return (one.getAttribute("aria-label") ?? label.innerText ?? "").trim();
}"""


def _go_to(page: Page, name: str) -> None:
    """Press Tab until the control that is called so has the focus; raises AssertionError when there is none."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate(_NAME) == name:
            return
    raise AssertionError(f"the key Tab never leads to {name!r}")
