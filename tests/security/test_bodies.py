"""Requests that would fill the memory of the server, or hold its connections for ever."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.integration.protocol.client import Client
from tests.integration.protocol.content import digest_of
from tests.integration.protocol.test_fuzz import memory_of
from tests.support.server import StartServer

from .http2 import HEADERS, LAST_ADDED, added, answers, connected, request, send_request

MIB = 1024 * 1024


@pytest.mark.parametrize("way", ["post", "put", "put-after-bytes", "patch"])
def test_more_than_content_range_announces(owner: Client, way: str) -> None:
    """One byte is announced and no length; what comes then never ends by itself."""
    assert owner.person is not None
    repository = f"{owner.person.name}/bodies"
    digest = digest_of(b"x")
    location = owner.begin(repository)
    if way == "put-after-bytes":
        owner.send("PATCH", location, b"x").expect(202)
    method, target, span = {
        "post": ("POST", f"/v2/{repository}/blobs/uploads/?digest={digest}", "0-0"),
        "put": ("PUT", f"{location}?digest={digest}", "0-0"),
        "put-after-bytes": ("PUT", f"{location}?digest={digest}", "1-1"),
        "patch": ("PATCH", location, "0-0"),
    }[way]
    before = memory_of(owner.server)
    sent = 0

    def flood() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(2048):
            sent += 65_536
            yield bytes(65_536)

    owner.connection.close()
    owner.send(method, target, flood(), {"Content-Range": span}).refusal(400, "SIZE_INVALID")
    assert sent < 32 * MIB, "it was read to the end"
    assert memory_of(owner.server) - before < 32 * MIB


def test_packed_headers_do_not_unfold_in_memory(start_server: StartServer) -> None:
    """HPACK: a header of 4 KB, then thousands of references to it, a byte each (CVE-2016-6581).

    The requests wait for bodies that never come, so what they hold would stay.
    """
    server = start_server("--workers", "1", "--tls", "auto")
    before = memory_of(server)
    with connected(server) as connection:
        first = [added(b"x-bomb", b"x" * 3900)]
        with suppress(ssl.SSLError, ConnectionError):  # the connection may be refused while we still send
            for number in range(20):
                block = request("POST", "/v2/auth", [*first, *[LAST_ADDED] * 4000])
                send_request(connection, 2 * number + 1, block, ended=False)
                first = []
            assert answers(connection, 20), "refused, all of them or the connection"
        assert memory_of(server) - before < 64 * MIB


def test_ordinary_headers_pass(start_server: StartServer) -> None:
    """What holds the bomb back lets a long token through."""
    server = start_server("--workers", "1", "--tls", "auto")
    with connected(server) as connection:
        long = added(b"authorization", b"Bearer " + b"x" * 32_000)
        send_request(connection, 1, request("GET", "/v2/", [long]), ended=True)
        assert answers(connection, 1) == [HEADERS]
