"""Style sheets and scripts: kept by browsers for ever, since their addresses change with them; ours, and unchanged."""

from __future__ import annotations

import gzip
import hashlib
import re
from importlib.resources import files

from tests.support.server import Server

HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_what_a_page_names_is_there_packed_and_kept(server: Server) -> None:
    page = server.request("GET", "/-/about", headers={"Accept": "text/html"})
    addresses = re.findall(r'(?:href|src)="(/-/static/[^"]+)"', page.body.decode())
    assert {address.rpartition(".")[2] for address in addresses} == {"css", "js", "svg"}
    for address in addresses:
        plain = server.request("GET", address)
        packed = server.request("GET", address, headers={"Accept-Encoding": "gzip"})
        assert plain.status == packed.status == 200
        assert "immutable" in plain.headers["cache-control"]
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body


def test_what_proxies_keep_for_everybody_gives_nobody_a_cookie(server: Server) -> None:
    page = server.request("GET", "/-/about", headers={"Accept": "text/html"})
    address = re.findall(r'"(/-/static/[^"]+)"', page.body.decode())[0]
    assert "set-cookie" in page.headers
    assert "set-cookie" not in server.request("GET", address).headers
    notice = server.request("GET", address, headers={"Cookie": "charthouse_notice=U2F2ZWQu"})
    assert "set-cookie" not in notice.headers


def test_an_address_of_another_content_is_not_there(server: Server) -> None:
    assert server.request("GET", "/-/static/app.000000000000.css").status == 404


def test_htmx_is_the_published_file() -> None:
    content = files("charthouse.console").joinpath("static", "htmx.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == HTMX, "4.0.1 of htmx.org on npm, dist/htmx.min.js"
