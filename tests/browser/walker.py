"""Walks through the pages of the list: one window a person, in the colours and the width that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Response

from .harbour import Harbour
from .pages import Shown
from .people import DESKTOP, PHONE, Visitors

Colours = Literal["light", "dark"]
Width = Literal["desktop", "phone"]
_SIZES = {"desktop": DESKTOP, "phone": PHONE}


class Walker:
    """Opens pages; a person signs in once. ``options`` are the browser's, of each window."""

    def __init__(self, harbour: Harbour, visitors: Visitors, **options: Any) -> None:
        self._harbour = harbour
        self._visitors = visitors
        self._options = options
        self._windows: dict[str, Page] = {}

    def window(self, person: str) -> Page:
        """Return the window of a person, "" for a stranger."""
        if person not in self._windows:
            self._windows[person] = (
                self._visitors.signed_in(self._harbour, person, **self._options)
                if person
                else self._visitors.stranger(self._harbour.server, **self._options)
            )
        return self._windows[person]

    def address(self, shown: Shown) -> str:
        """Return where the page is in this harbour."""
        return shown.address.format(**self._harbour.ids)

    def open(self, shown: Shown, colours: Colours = "light", width: Width = "desktop") -> Page:
        """Return the page, opened anew; raises AssertionError when the server fails at it."""
        return self.answer(shown, colours, width)[0]

    def answer(
        self, shown: Shown, colours: Colours = "light", width: Width = "desktop"
    ) -> tuple[Page, Response]:
        """Return the page, opened anew, and the answer that it came with."""
        page = self.window(shown.person)
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        page.set_viewport_size(_SIZES[width])
        answer = page.goto(self.address(shown))
        assert answer is not None
        expected = 404 if shown.operation == "console.unknown" else 200
        assert answer.status == expected, f"{shown.address} answers {answer.status}"
        return page, answer


@contextmanager
def walking(
    harbour: Harbour, browser: Browser, listen: Callable[[Page], None], **options: Any
) -> Iterator[Walker]:
    """Open the windows of a walk, and close them all at the end; ``listen`` is told of each. ``options``: of each window."""
    with Visitors(browser, listen) as visitors:
        yield Walker(harbour, visitors, **options)
