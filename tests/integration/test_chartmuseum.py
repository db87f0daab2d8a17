"""Classic repositories by HTTP: what anybody may ask."""

from __future__ import annotations

import pytest

from charthouse import __version__
from tests.support.server import Server


def test_it_says_what_it_is(server: Server) -> None:
    welcome = server.request("GET", "/charts/")
    assert (welcome.status, welcome.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert server.request("GET", "/charts").body == welcome.body
    assert server.request("GET", "/charts/info").json() == {"version": __version__}
    assert server.request("GET", "/charts/health").json() == {"healthy": True}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/charts/nothing"),
        ("DELETE", "/charts/health"),
        ("GET", "/charts/api"),
        ("PATCH", "/charts/x/index.yaml"),
    ],
)
def test_an_unknown_address_or_method_is_not_found(server: Server, method: str, path: str) -> None:
    answer = server.request(method, path)
    assert (answer.status, answer.json()) == (404, {"error": "not found"})
    assert answer.headers["x-request-id"]
