"""Requests to an ASGI application without a server: for what only the application decides."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from charthouse.api.kit.asgi import Message, Receive, Scope, Send

from .server import Answer

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def http_scope(
    method: str, target: str, headers: Mapping[str, str], peer: str | None, scheme: str = "http"
) -> Scope:
    """Return the scope of a request from ``peer`` (None: over a socket without addresses)."""
    path, _, query = target.partition("?")
    named = {"host": "localhost:5000"} | {name.lower(): value for name, value in headers.items()}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
        "client": None if peer is None else (peer, 40_000),
        "server": ("127.0.0.1", 5000),
    }


async def ask(
    application: Application,
    method: str,
    target: str,
    *,
    body: bytes | None = None,
    document: Any = None,
    headers: Mapping[str, str] | None = None,
    peer: str | None = "127.0.0.1",
) -> Answer:
    """Send a request, with ``document`` as JSON or ``body`` as it is, and return the answer."""
    named = dict(headers or {})
    if document is not None:
        body = json.dumps(document).encode()
        named.setdefault("Content-Type", "application/json")
    scope = http_scope(method, target, named, peer)
    sent: list[Message] = []
    received = [{"type": "http.request", "body": body or b"", "more_body": False}]

    async def receive() -> Message:
        if received:
            return received.pop()
        await asyncio.Event().wait()  # the client stays for its answer
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    start, *rest = sent
    return Answer(
        start["status"],
        {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in rest),
    )
