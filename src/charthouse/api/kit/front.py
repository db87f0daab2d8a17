"""The outermost handler: request ids, public address, metrics, access log, and which API a path belongs to."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from .asgi import Receive, Request, Scope, Send


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What was answered: the route's operation and the status (499: the client left)."""

    operation: str
    status: int


class PublicAddress:
    """How the public reaches this server, from settings or from a trusted proxy's headers.

    ``proxy_count`` hops are trusted: the client's address is that many entries from the end of
    X-Forwarded-For; with 0 no forwarding header counts.
    """

    def __init__(self, hostname: str, scheme: str, proxy_count: int) -> None:
        self._hostname = hostname
        self._scheme = scheme
        self._proxies = proxy_count

    def request(self, scope: Scope, receive: Receive) -> Request:
        """Return the request as the public sees it."""
        forwarded: dict[bytes, bytes] = {}
        host = b""
        for key, value in scope["headers"]:
            if key == b"host":
                host = value
            elif key.startswith(b"x-forwarded-"):
                previous = forwarded.get(key)
                forwarded[key] = value if previous is None else previous + b"," + value
        if not host:
            host = _authority(scope)
        scheme: str = scope["scheme"]
        client = scope.get("client")
        peer: str = client[0] if client else ""
        if self._proxies:
            peer = self._trusted(forwarded.get(b"x-forwarded-for")) or peer
            proto = self._trusted(forwarded.get(b"x-forwarded-proto")).lower()
            scheme = proto if proto in {"http", "https"} else scheme
            host = (self._trusted(forwarded.get(b"x-forwarded-host")) or host.decode("latin-1")).encode()
        name = self._hostname or _clean_host(host.decode("latin-1"))
        return Request(scope, receive, self._scheme or scheme, name, peer)

    def _trusted(self, header: bytes | None) -> str:
        if header is None:
            return ""
        hops = [hop.strip() for hop in header.decode("latin-1").split(",")]
        return hops[-self._proxies] if len(hops) >= self._proxies else hops[0]


def _authority(scope: Scope) -> bytes:
    server = scope.get("server")
    return f"{server[0]}:{server[1]}".encode() if server else b"localhost"


def _clean_host(host: str) -> str:
    """Return ``host`` when it is a plain host[:port]; nothing else is echoed in a header."""
    plain = host.replace(".", "").replace("-", "").replace(":", "").replace("[", "").replace("]", "")
    return host if plain.isascii() and plain.isalnum() else "localhost"


class Api(Protocol):
    """One API behind the front."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""


class Observer(Protocol):
    """Where finished requests are told: metrics and the access log."""

    def observe(self, scope: Scope, outcome: Outcome, seconds: float, request_id: bytes) -> None:
        """Take note; must not raise nor block."""


class Front:
    """The ASGI application: sends each request to its API and tells the observer how it ended."""

    def __init__(
        self,
        registry: Api,
        others: Api,
        observer: Observer,
        start: Callable[[], Awaitable[None]],
        stop: Callable[[], Awaitable[None]],
    ) -> None:
        self._registry = registry
        self._others = others
        self._observe = observer.observe
        self._start = start
        self._stop = stop
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] != "http":
            await self._other_scope(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = f"{self._prefix}{next(self._numbers):08x}".encode()
        path: str = scope["path"]
        api = self._registry if path.startswith("/v2/") or path == "/v2" else self._others
        outcome = await api.handle(scope, receive, send, request_id)
        self._observe(scope, outcome, time.perf_counter() - started, request_id)

    async def _other_scope(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._start()
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return
