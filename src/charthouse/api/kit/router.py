"""Which API a path belongs to, beside /v2; and how an ordinary ASGI application is one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from .asgi import Body, Message, Receive, Scope, Send, json_reply, send_reply
from .front import Api, Outcome


class PrefixRouter:
    """Sends a request to the API with the longest matching prefix.

    An API is built in a thread, when it is first asked or ``warm`` is called: its imports may take a second, and
    the loop has other requests to answer. One builder may serve several prefixes, with one API.
    """

    def __init__(self, builders: Mapping[str, Callable[[], Api]]) -> None:
        self._builders = sorted(builders.items(), key=lambda item: -len(item[0]))
        rows = [(prefix, prefix.rstrip("/") + "/", build) for prefix, build in self._builders]
        self._everywhere = [row for row in rows if row[0] == "/"]
        firsts = {_first(prefix) for prefix in builders} - {""}
        self._by_first = {one: [row for row in rows if _first(row[0]) in {one, ""}] for one in firsts}
        self._built: dict[Callable[[], Api], Api] = {}
        self._building = asyncio.Lock()

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        body = Body(receive)
        outcome = await self._answer(scope, body.receive, send, request_id)
        await body.drain(scope)
        return outcome

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        path: str = scope["path"]
        for prefix, below, build in self._by_first.get(_first(path), self._everywhere):
            if path.startswith(below) or path == prefix:
                api = self._built.get(build) or await self._build(build)
                return await api.handle(scope, receive, send, request_id)
        reply = json_reply(404, {"error": "no such address"}, [(b"x-request-id", request_id)])
        await send_reply(scope, receive, send, reply)
        return Outcome("unknown", 404)

    async def warm(self) -> None:
        """Build every API that is not built yet."""
        for _, build in self._builders:
            await self._build(build)

    async def _build(self, build: Callable[[], Api]) -> Api:
        async with self._building:
            if build not in self._built:
                self._built[build] = await asyncio.to_thread(build)
            return self._built[build]


def _first(path: str) -> str:
    """Return the first segment of a path: only prefixes that begin with it are looked at."""
    return path.partition("/")[2].partition("/")[0]


class Mounted:
    """An ASGI application as an API. Its framework may set ``scope["operation"]`` to name the route."""

    def __init__(self, application: Callable[..., object], default_operation: str) -> None:
        self._application = application
        self._default = default_operation

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request, adding the request id."""
        status = 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        await self._application(scope, receive, tell)  # type: ignore[misc]  # an ASGI callable's awaitable
        return Outcome(scope.get("operation", self._default), status)
