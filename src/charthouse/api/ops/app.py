"""Metrics, liveness and readiness."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from charthouse.api.kit.asgi import Headers, Receive, Reply, Scope, Send, json_reply, send_reply
from charthouse.api.kit.front import Outcome
from charthouse.model.errors import RegistryError

from .routes import ROUTES

Check = Callable[[], Awaitable[None]]


class OpsApi:
    """Answers operators. ``checks`` by name raise RegistryError when their part does not answer."""

    def __init__(self, checks: dict[str, Check], metrics: Callable[[], bytes]) -> None:
        self._checks = checks
        self._metrics = metrics
        self._operations = {route.template: route.operation for route in ROUTES}

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        operation = self._operations.get(scope["path"], "unknown")
        if operation == "unknown":
            reply = json_reply(404, {"error": "no such address"})
        elif scope["method"] not in {"GET", "HEAD"}:
            reply = json_reply(405, {"error": "GET only"}, [(b"allow", b"GET, HEAD")])
        elif operation == "ops.live":
            reply = json_reply(200, {"status": "alive"})
        elif operation == "ops.ready":
            reply = await self._ready()
        else:
            body = self._metrics()
            headers: Headers = [
                (b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
            ]
            reply = Reply(200, headers, body)
        reply.head = scope["method"] == "HEAD"
        reply.headers = [*reply.headers, (b"x-request-id", request_id)]
        await send_reply(scope, receive, send, reply)
        return Outcome(operation, reply.status)

    async def _ready(self) -> Reply:
        parts = {}
        for name, check in self._checks.items():
            try:
                await check()
                parts[name] = "ready"
            except RegistryError as error:
                parts[name] = error.message
        ready = all(state == "ready" for state in parts.values())
        return json_reply(200 if ready else 503, {"ready": ready, "parts": parts})
