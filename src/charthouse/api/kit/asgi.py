"""Requests and answers on raw ASGI 3, for wire formats that cannot afford a framework."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from charthouse.model.errors import InvalidRequest, SizeInvalid, TooLarge

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

DRAIN_BYTES = 16 * 1024**2
"""Bytes of an unwanted body that are still read after the answer, so that the client gets to read it."""
DRAIN_SECONDS = 10.0
MAXIMUM_FIELDS = 1000
STALL_SECONDS = 60.0
"""Time without a byte of a body after which its client counts as gone: one that lost power says no goodbye."""

_WITHOUT_BODY = frozenset({"GET", "HEAD"})


class ClientDisconnectedError(Exception):
    """The client went away before its request was whole."""


class Body:
    """A request's body as it arrives. A client that is silent for STALL_SECONDS amid it counts as disconnected."""

    __slots__ = ("_receive", "_whole")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._whole = False

    async def receive(self) -> Message:
        """Return the next message, as ASGI has them."""
        if self._whole:  # who waits now waits for the end of the connection, however long the answer takes
            return await self._receive()
        try:
            async with asyncio.timeout(STALL_SECONDS):
                message = await self._receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message

    async def drain(self, scope: Scope) -> None:
        """Read on what is left of the body once the answer is sent, within limits.

        A connection that a server ends while the client still sends is reset, or with HTTP/2 the stream, and the
        answer lost with it: nearly all clients send the whole body before they read. Not a body that the client
        sends only when told to go on (Expect). Source: RFC 9112 § 9.6, RFC 9113 § 8.1.
        """
        if scope["method"] in _WITHOUT_BODY or any(name == b"expect" for name, _ in scope["headers"]):
            return
        size = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self._whole and size <= DRAIN_BYTES:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        return
                    size += len(message.get("body", b""))


class Request:
    """One HTTP request. ``scheme`` and ``host`` are as the public sees them (trusted proxies considered)."""

    __slots__ = ("_body", "host", "method", "path", "peer", "scheme", "scope")

    def __init__(self, scope: Scope, receive: Receive, scheme: str, host: str, peer: str) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.scheme = scheme
        self.host = host
        self.peer = peer
        self._body = Body(receive)

    def header(self, name: bytes) -> str | None:
        """Return the value of a header (``name`` in lower case; several are joined by a comma), or None."""
        values = [value for key, value in self.scope["headers"] if key == name]
        return b", ".join(values).decode("latin-1") if values else None

    def query(self) -> list[tuple[str, str]]:
        """Return the query's fields in order; raises InvalidRequest as ``parse_fields`` does."""
        raw = self.scope["query_string"].decode("latin-1")
        return parse_fields(raw) if raw else []

    def content_length(self) -> int | None:
        """Return the announced length of the body in bytes, or None; raises SizeInvalid for nonsense."""
        text = self.header(b"content-length")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit()):
            raise SizeInvalid("Content-Length must be a number of bytes")
        return int(text)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives; raises ClientDisconnectedError when it breaks off."""
        while True:
            message = await self._body.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnectedError
            body = message.get("body", b"")
            if body:
                yield body
            if not message.get("more_body", False):
                return

    async def body(self, limit: int) -> bytes:
        """Return the whole body; raises TooLarge, before reading on, when it exceeds ``limit`` bytes."""
        announced = self.content_length()
        if announced is not None and announced > limit:
            raise TooLarge(f"the body may have at most {limit} bytes, {announced} are announced")
        parts: list[bytes] = []
        size = 0
        async for chunk in self.chunks():
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"the body may have at most {limit} bytes")
            parts.append(chunk)
        return b"".join(parts)

    async def drain(self) -> None:
        """Read on what is left of the body once the answer is sent: see ``Body.drain``."""
        await self._body.drain(self.scope)


def parse_fields(text: str) -> list[tuple[str, str]]:
    """Return the fields of a query or form in order; broken escapes stay as they are.

    Raises InvalidRequest for more than MAXIMUM_FIELDS: tens of thousands fit into a line, and would hold the loop.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAXIMUM_FIELDS)
    except ValueError:
        raise InvalidRequest(f"at most {MAXIMUM_FIELDS} fields are read") from None


class Reply(msgspec.Struct):
    """An answer whose body is in memory, or a file or stream that follows (``stream``)."""

    status: int
    headers: Headers = []
    body: bytes = b""
    path: str | None = None
    """A file to send whole, by the server's zero-copy path where it has one."""
    stream: AsyncIterator[bytes] | None = None
    head: bool = False
    """Send no body, whatever there is (HEAD)."""


def json_reply(status: int, value: Any, headers: Iterable[tuple[bytes, bytes]] = ()) -> Reply:
    """Return ``value`` as a JSON answer."""
    body = msgspec.json.encode(value)
    return Reply(
        status,
        [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *headers,
        ],
        body,
    )


async def send_reply(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    """Send ``reply``; ``path`` and ``stream`` need their own content-length header.

    Raises ClientDisconnectedError when the client leaves before the end of a stream.
    """
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    if reply.head:
        await send({"type": "http.response.body", "body": b""})
    elif reply.stream is not None:
        await _send_stream(receive, send, reply.stream)
    elif reply.path is None:
        await send({"type": "http.response.body", "body": reply.body})
    elif "http.response.pathsend" in scope.get("extensions", {}):
        await send({"type": "http.response.pathsend", "path": reply.path})
    else:
        await _send_stream(receive, send, read_file(reply.path))


async def _send_stream(receive: Receive, send: Send, stream: AsyncIterator[bytes]) -> None:
    """Send a stream while somebody reads it: servers take what is sent to a client that has left."""
    leaving = asyncio.ensure_future(_disconnected(receive))
    try:
        async for part in stream:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if leaving.done():
                raise ClientDisconnectedError
    finally:
        leaving.cancel()
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_file(path: str, piece: int = 256 * 1024) -> AsyncIterator[bytes]:
    """Yield a file in pieces without blocking the loop (for servers without a zero-copy path)."""
    with await asyncio.to_thread(open, path, "rb") as file:
        while part := await asyncio.to_thread(file.read, piece):
            yield part
