"""Windows of the browser, one a person, each with cookies of its own."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.support.server import Server

from .harbour import Harbour

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 800}


class Visitors:
    """Opens windows, and closes them all at the end."""

    def __init__(self, browser: Browser, listen: Callable[[Page], None]) -> None:
        self._browser = browser
        self._listen = listen
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Visitors:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()

    def stranger(self, server: Server, **options: Any) -> Page:
        """Return a page of somebody who is not signed in; ``options`` are the browser's (``locale``, ``viewport`` …)."""
        options = {"viewport": DESKTOP, "locale": "en-GB", "base_url": server.url} | options
        context = self._browser.new_context(**options)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        self._listen(page)
        return page

    def signed_in(self, harbour: Harbour, name: str, **options: Any) -> Page:
        """Return a page of one of the harbour's people, signed in by the form."""
        page = self.stranger(harbour.server, **options)
        page.goto("/signin?redirect_url=/")
        page.get_by_label("User name or e-mail address").fill(name)
        page.get_by_label("Password").fill(harbour.people[name].password)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("/")
        return page
