"""Stored and reflected attacks: every page, with what would run in its fields and in its query, shows words and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

from .harbour import Harbour, harbour_in
from .hostile import ATTACK, MARK, make_hostile
from .pages import PAGES, Shown
from .walker import Walker, walking

_LINKS = "[href], [src], [action], [formaction]"
_SCHEMES = {"http:", "https:", "mailto:"}
_TOLD: set[str] = set()
"""Pictures of the pages that have shown the attack as words."""


@pytest.fixture(scope="module")
def happened() -> list[str]:
    """What pages have done that they should not."""
    return []


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, chromium: Browser, happened: list[str]
) -> Iterator[tuple[Harbour, Walker]]:
    """A harbour with an attack in each field, and the windows of its people."""

    def dismiss(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    def note(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            happened.append(message.text)

    def listen(page: Page) -> None:
        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: happened.append(str(error)))
        page.on("console", note)

    data = tmp_path_factory.mktemp("hostile") / "data"
    with harbour_in(data) as harbour, walking(harbour, chromium, listen) as walker:
        make_hostile(harbour, walker.window("alice"))
        yield harbour, walker


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_what_is_stored_is_only_shown(
    shown: Shown, hostile: tuple[Harbour, Walker], happened: list[str]
) -> None:
    happened.clear()
    page = hostile[1].open(shown)
    _nothing_ran(page, happened)
    if "onerror=" in page.locator("body").inner_text():
        _TOLD.add(shown.picture)


def test_what_is_stored_is_shown_indeed() -> None:
    """The sweep before this one means something: these pages show the attack."""
    assert {"repository", "tag-artifact"} <= _TOLD


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_what_is_asked_is_only_shown(
    shown: Shown, hostile: tuple[Harbour, Walker], happened: list[str]
) -> None:
    happened.clear()
    page = hostile[1].window(shown.person)
    fields = (
        "q",
        "page",
        "after",
        "kind",
        "sort",
        "tag",
        "namespace",
        "redirect_url",
        "back",
        "email",
        "code",
        "path",
    )
    query = urlencode(dict.fromkeys(fields, ATTACK))
    answer = page.goto(f"{hostile[1].address(shown).partition('?')[0]}?{query}")
    assert answer is not None
    assert answer.status < 500
    _nothing_ran(page, happened)


def test_a_refused_form_shows_what_was_typed_as_words(
    hostile: tuple[Harbour, Walker], happened: list[str]
) -> None:
    happened.clear()
    page = hostile[1].window("")
    page.goto("/signin")
    page.get_by_label("User name or e-mail address").fill(ATTACK)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    _nothing_ran(page, happened)


def _nothing_ran(page: Page, happened: list[str]) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator(f"[{MARK}]").count() == 0
    addresses: list[list[str]] = page.eval_on_selector_all(
        _LINKS,
        """all => all.flatMap(one => ["href", "src", "action", "formaction"]
          .filter(name => one.hasAttribute(name))
          .map(name => [new URL(one.getAttribute(name), document.baseURI).protocol, one.getAttribute(name)]))""",
    )
    assert [address for scheme, address in addresses if scheme not in _SCHEMES] == []
    assert not happened
