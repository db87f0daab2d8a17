"""What a browser that has nothing yet must fetch for a page, in bytes on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from .harbour import Harbour
from .people import Visitors

_MOST = 60 * 1024


@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("/", ""),
        ("/", "alice"),
        ("/acme", "alice"),
        ("/acme/app", "alice"),
        ("/acme/app/-/tags", "alice"),
        ("/acme/web", "alice"),
        ("/acme/web/-/tags/1.1.0", "alice"),
        ("/-/admin/users", "harbourmaster"),
    ],
)
def test_a_first_page_is_light(harbour: Harbour, visitors: Visitors, path: str, person: str) -> None:
    page = visitors.signed_in(harbour, person) if person else visitors.stranger(harbour.server)
    wire = page.context.new_cdp_session(page)
    fetched: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def begin(event: dict[str, Any]) -> None:
        fetched[event["requestId"]] = event["response"]["url"]

    def end(event: dict[str, Any]) -> None:
        sizes[fetched[event["requestId"]]] = event["encodedDataLength"]

    wire.on("Network.responseReceived", begin)
    wire.on("Network.loadingFinished", end)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200
    assert {url.rpartition(".")[2] for url in sizes} >= {"css", "js"}, "nothing came from the browser's cache"
    assert sum(sizes.values()) <= _MOST, sizes
