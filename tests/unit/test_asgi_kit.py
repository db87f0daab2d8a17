"""Bodies on raw ASGI: clients that leave, fall silent, or send what nobody wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from charthouse.api.kit import asgi
from charthouse.api.kit.asgi import (
    ClientDisconnectedError,
    Message,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    send_reply,
)
from charthouse.api.kit.router import Mounted, PrefixRouter


class Wire:
    """What a client sends, message by message; then it stays and is silent, or leaves."""

    def __init__(self, *messages: Message, leaves: bool = False) -> None:
        self.left = list(messages)
        self._leaves = leaves
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self.left:
            return self.left.pop(0)
        if not self._leaves:
            await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        await asyncio.sleep(0)

    def request(self) -> Request:
        scope = {"method": "PUT", "path": "/v2/", "headers": []}
        return Request(scope, self.receive, "http", "localhost", "127.0.0.1")


def part(body: bytes) -> Message:
    return {"type": "http.request", "body": body, "more_body": True}


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_body_that_breaks_off(monkeypatch: pytest.MonkeyPatch, leaves: bool) -> None:
    monkeypatch.setattr(asgi, "STALL_SECONDS", 0.01)
    body = Wire(part(b"a"), part(b"b"), leaves=leaves).request().chunks()
    assert [await anext(body), await anext(body)] == [b"a", b"b"]
    with pytest.raises(ClientDisconnectedError):
        await anext(body)


async def test_a_slow_body_is_none_that_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "STALL_SECONDS", 0.05)
    wire = Wire(*(part(b"x") for _ in range(5)), {"type": "http.request", "body": b"x", "more_body": False})
    length = 0
    async for chunk in wire.request().chunks():
        length += len(chunk)
        await asyncio.sleep(0.02)
    assert length == 6


async def test_an_unwanted_body_is_read_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "DRAIN_BYTES", 10)
    monkeypatch.setattr(asgi, "DRAIN_SECONDS", 0.05)
    endless = Wire(*(part(bytes(4)) for _ in range(9)))
    await endless.request().drain()
    assert await endless.receive() == part(bytes(4))
    await Wire(part(b"x")).request().drain()
    await Wire(part(b"x"), leaves=True).request().drain()


@pytest.mark.parametrize("path", ["/api/unread", "/nowhere"])
async def test_what_an_application_leaves_of_a_body_is_read_after_the_answer(path: str) -> None:
    read_before_the_answer = None

    async def application(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 405, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})

    class Watched(Wire):
        async def send(self, message: Message) -> None:
            nonlocal read_before_the_answer
            if read_before_the_answer is None:
                read_before_the_answer = len(self.left) < 2
            await super().send(message)

    wire = Watched(part(b"a"), {"type": "http.request", "body": b"b", "more_body": False})
    router = PrefixRouter({"/api": lambda: Mounted(application, "unread")})
    scope = {"method": "POST", "path": path, "headers": []}
    await router.handle(scope, wire.receive, wire.send, b"1")
    assert (read_before_the_answer, wire.left) == (False, [])


async def test_a_stream_ends_with_its_client() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x"

    wire = Wire(leaves=True)
    with pytest.raises(ClientDisconnectedError):
        await send_reply({}, wire.receive, wire.send, Reply(200, stream=endless()))
    assert sent < 5
