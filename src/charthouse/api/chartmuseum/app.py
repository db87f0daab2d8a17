"""Classic repositories as one ASGI handler: what is unchanged first, then every route by the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from charthouse.api.kit.asgi import ClientDisconnectedError, Receive, Reply, Request, Scope, Send, send_reply
from charthouse.api.kit.front import Outcome, PublicAddress
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import RegistryError, Unavailable
from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.services.access.standstill import NO_STANDSTILL, Standstill
from charthouse.services.identity.authenticator import Authenticator
from charthouse.telemetry.logs import FailureLog

from .envelope import no_such_address, refusal
from .index import IndexHandlers
from .routes import BASE, ROUTES, Match, match

Handler = Callable[[Request, Actor, Match], Awaitable[Reply]]

_INDEX = "/index.yaml"
_BEFORE, _AFTER = len(BASE), -len(_INDEX)
_UNCHANGED = Outcome("chartmuseum.get_index", 304)
_WITHOUT_BODY = {"GET", "HEAD"}
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
"""In every answer: what a stranger wrote into a chart is no script of this origin's."""


class ChartMuseumApi:
    """Serves /charts. ``handle`` returns what was answered, for logs and metrics."""

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        handlers: Mapping[str, Handler],
        index: IndexHandlers,
        address: PublicAddress,
        failures: FailureLog,
        standstill: Standstill = NO_STANDSTILL,
    ) -> None:
        """``handlers`` by the operations of the table; raises KeyError when one is missing."""
        self._recognize = authenticator.recognize
        self._identify = authenticator.identify
        self._handlers = {route.operation: handlers[route.operation] for route in ROUTES}
        self._unchanged = index.unchanged
        self._address = address
        self._failures = failures
        self._standstill = standstill

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        path: str = scope["path"]
        if path.endswith(_INDEX) and scope["method"] == "GET":
            try:
                outcome = await self._from_memory(scope, send, request_id, path)
            except Unavailable:
                outcome = None  # the route will tell
            if outcome is not None:
                return outcome
        return await self._by_route(scope, receive, send, request_id)

    async def _from_memory(self, scope: Scope, send: Send, request_id: bytes, path: str) -> Outcome | None:
        """Tell a client whose index is the newest that it is; None leaves everything else to the route."""
        authorization = condition = accept = None
        for key, value in scope["headers"]:
            if key == b"authorization":
                if authorization is not None:
                    return None  # the route refuses two
                authorization = value
            elif key == b"if-none-match":
                condition = value if condition is None else condition + b"," + value
            elif key == b"accept-encoding":
                accept = value if accept is None else accept + b"," + value
        if condition is None or b"%" in scope["raw_path"]:
            return None
        actor = ANONYMOUS if authorization is None else self._recognize(authorization)
        headers = None if actor is None else self._unchanged(actor, path[_BEFORE:_AFTER], condition, accept)
        if headers is None:
            return None
        headers.append((b"x-request-id", request_id))
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return _UNCHANGED

    async def _by_route(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        request = self._address.request(scope, receive)
        found = match(request.path)
        route = None if found is None else found.routes.get(request.method)
        operation = "chartmuseum.unknown" if route is None else route.operation
        try:
            reply = await self._reply(request, found, route)
        except RegistryError as error:
            reply = refusal(error, request)
        except ClientDisconnectedError:
            return Outcome(operation, 499)
        except Exception:
            self._failures.write("request failed", request_id=request_id.decode(), operation=operation)
            problem = RegistryError("the registry failed; its log tells why under this request id")
            reply = refusal(problem, request)
        others = [header for header in reply.headers if header != _NO_SNIFFING]
        reply.headers = [*others, _NO_SNIFFING, (b"x-request-id", request_id)]
        try:
            await send_reply(scope, receive, send, reply)
        except ClientDisconnectedError:
            return Outcome(operation, 499)
        return Outcome(operation, reply.status)

    async def _reply(self, request: Request, found: Match | None, route: Route | None) -> Reply:
        if found is None or route is None or _is_encoded(request):
            raise no_such_address(request.path)
        if route.permission is Permission.NONE:
            return await self._handlers[route.operation](request, ANONYMOUS, found)
        if request.method not in _WITHOUT_BODY:
            self._refuse_standing_still(request)
        return await self._handlers[route.operation](request, await self._actor(request), found)

    def _refuse_standing_still(self, request: Request) -> None:
        if request.method == "POST":
            self._standstill.refuse_push()
        else:
            self._standstill.refuse_change()

    async def _actor(self, request: Request) -> Actor:
        authorization = request.header(b"authorization")
        if authorization is None:
            return ANONYMOUS
        return await self._identify(authorization, request.peer)


def _is_encoded(request: Request) -> bool:
    """Tell whether separators are encoded: a proxy in front would read another path than we do."""
    raw = request.scope["raw_path"].lower()
    return b"%2f" in raw or b"%5c" in raw or b"%00" in raw
