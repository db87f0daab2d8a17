"""Metrics, liveness, readiness, and health in Quay's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from charthouse.api.kit.asgi import Headers, Receive, Reply, Scope, Send, json_reply, send_reply
from charthouse.api.kit.front import Outcome
from charthouse.services.health import Health

from .routes import ROUTES

_INSTANCE = ("auth", "database", "disk_space", "registry_gunicorn", "service_key", "web_gunicorn")
_END_TO_END = ("auth", "database", "storage")
_SERVICES: Mapping[str, tuple[str, ...]] = {
    "ops.health": _INSTANCE,
    "ops.health_instance": _INSTANCE,
    "ops.health_end_to_end": _END_TO_END,
    "ops.status": _END_TO_END,
    "ops.health_warning": ("disk_space_warning",),
}
_PINGS: Mapping[str, Headers] = {
    "ops.ping": [],
    "ops.registry_ping": [],
    "ops.docker_ping": [(b"x-docker-registry-version", b"0.6.0")],
}


class OpsApi:
    """Answers operators."""

    def __init__(self, health: Health, metrics: Callable[[], bytes]) -> None:
        self._health = health
        self._metrics = metrics
        self._operations = {route.template: route.operation for route in ROUTES}

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        operation = self._operations.get(scope["path"], "unknown")
        if operation == "unknown":
            reply = json_reply(404, {"error": "no such address"})
        elif scope["method"] not in {"GET", "HEAD"}:
            reply = json_reply(405, {"error": "GET only"}, [(b"allow", b"GET, HEAD")])
        else:
            reply = await self._reply(operation)
        reply.head = scope["method"] == "HEAD"
        reply.headers = [*reply.headers, (b"x-request-id", request_id)]
        await send_reply(scope, receive, send, reply)
        return Outcome(operation, reply.status)

    async def _reply(self, operation: str) -> Reply:
        if operation in _PINGS:
            return json_reply(200, True, _PINGS[operation])
        if operation in _SERVICES:
            return await self._services(_SERVICES[operation])
        if operation == "ops.live":
            return json_reply(200, {"status": "alive"})
        if operation == "ops.ready":
            return await self._ready()
        body = self._metrics()
        headers: Headers = [
            (b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        return Reply(200, headers, body)

    async def _services(self, names: tuple[str, ...]) -> Reply:
        """Tell of parts as Quay does: which work, and 503 unless all do."""
        problems = await self._health.problems(names)
        works = {name: not problem for name, problem in problems.items()}
        status = 200 if all(works.values()) else 503
        return json_reply(status, {"data": {"services": works}, "status_code": status})

    async def _ready(self) -> Reply:
        problems = await self._health.problems(("database", "storage"))
        ready = not any(problems.values())
        parts = {name: problem or "ready" for name, problem in problems.items()}
        return json_reply(200 if ready else 503, {"ready": ready, "parts": parts})
