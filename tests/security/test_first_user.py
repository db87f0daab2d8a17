"""Whoever makes the first user owns the registry: only a program of this machine may, or who has the set-up token."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.protocol.wire import Reply, raw
from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present
from tests.support.server import Server, StartServer

SET_UP_TOKEN = "set-up-token-of-this-test"
ADDRESS = "/api/v1/user/initialize"
BODY = {"username": "mallory", "password": "correct-horse"}
BEARER = {"Authorization": f"Bearer {SET_UP_TOKEN}"}


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with quay_api(tmp_path / "data", present(), set_up_token=SET_UP_TOKEN) as api:
        yield api


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:5000",
        "registry.localhost:5000",
        "127.0.0.1:5000",
        "127.9.9.9",
        "[::1]:5000",
        "[::ffff:127.0.0.1]",
        "0.0.0.0:5000",
    ],
)
async def test_names_of_this_machine(quay: QuayApi, host: str) -> None:
    assert (await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "registry.example.com",
        "registry.example.com:5000",
        "192.0.2.1:5000",
        "[2001:db8::1]:5000",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "examplelocalhost",
        "localhost@example.com",
        "[",
        "",
        "2130706433",
        "0x7f.1",
    ],
)
async def test_host_that_a_proxy_or_a_rebound_page_sends(quay: QuayApi, host: str) -> None:
    """From loopback, with no header that would tell of a proxy: many a proxy sets only this one."""
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host})
    assert answer.status == 401
    assert "set-up token" in answer.json()["message"]
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={"Host": host} | BEARER)
    assert answer.status == 200


def test_on_a_real_server(start_server: StartServer) -> None:
    server = start_server("--workers", "1")
    assert _post(server, "registry.example.com").status == 401
    assert _post(server, server.host, "X-Forwarded-For: 192.0.2.1").status == 401
    assert _post(server, server.host, "Origin: http://localhost").status == 401
    assert _post(server, server.host).status == 200
    assert _post(server, server.host).status == 400


def _post(server: Server, host: str, *headers: str) -> Reply:
    body = json.dumps(BODY)
    lines = [f"POST {ADDRESS} HTTP/1.1", f"Host: {host}", "Content-Type: application/json", *headers]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""])
    return raw(server.port, (head + body).encode())
