"""Every page is in the list that the sweeps walk through."""

from __future__ import annotations

from charthouse.console.routes import ROUTES

from .pages import NO_PAGES, PAGES

_ANYWHERE = "console.unknown"


def test_every_page_is_in_the_list() -> None:
    reading = {route.operation for route in ROUTES if route.method == "GET"}
    listed = {shown.operation for shown in PAGES} - {_ANYWHERE}
    assert reading - NO_PAGES.keys() - listed == set(), "add a row to tests/browser/pages.py"
    assert listed - reading == set()
    assert NO_PAGES.keys() - reading == set()
    pictures = [shown.picture for shown in PAGES]
    assert len(pictures) == len(set(pictures))
