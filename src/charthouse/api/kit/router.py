"""Which API a path belongs to, beside /v2; and how an ordinary ASGI application is one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .asgi import Message, Receive, Scope, Send, json_reply, send_reply
from .front import Api, Outcome


class PrefixRouter:
    """Sends a request to the API with the longest matching prefix, built when first needed (start-up time)."""

    def __init__(self, builders: Mapping[str, Callable[[], Api]]) -> None:
        self._builders = sorted(builders.items(), key=lambda item: -len(item[0]))
        self._built: dict[str, Api] = {}

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        path: str = scope["path"]
        for prefix, build in self._builders:
            if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                api = self._built.get(prefix)
                if api is None:
                    api = self._built[prefix] = build()
                return await api.handle(scope, receive, send, request_id)
        reply = json_reply(404, {"error": "no such address"}, [(b"x-request-id", request_id)])
        await send_reply(scope, send, reply)
        return Outcome("unknown", 404)


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
