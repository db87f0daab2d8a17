"""Classic repositories as one ASGI handler: what is unchanged first, then every route by the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from charthouse.api.kit.asgi import ClientDisconnectedError, Receive, Reply, Request, Scope, Send, send_reply
from charthouse.api.kit.front import Outcome, PublicAddress
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import RegistryError
from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.services.access.standstill import NO_STANDSTILL, Standstill
from charthouse.services.identity.authenticator import Authenticator
from charthouse.telemetry.logs import FailureLog

from .envelope import no_such_address, refusal
from .routes import ROUTES, Match, match

Handler = Callable[[Request, Actor, Match], Awaitable[Reply]]

_WITHOUT_BODY = {"GET", "HEAD"}


class ChartMuseumApi:
    """Serves /charts. ``handle`` returns what was answered, for logs and metrics."""

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        handlers: Mapping[str, Handler],
        address: PublicAddress,
        failures: FailureLog,
        standstill: Standstill = NO_STANDSTILL,
    ) -> None:
        """``handlers`` by the operations of the table; raises KeyError when one is missing."""
        self._identify = authenticator.identify
        self._handlers = {route.operation: handlers[route.operation] for route in ROUTES}
        self._address = address
        self._failures = failures
        self._standstill = standstill

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
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
        reply.headers = [*reply.headers, (b"x-request-id", request_id)]
        try:
            await send_reply(scope, receive, send, reply)
        except ClientDisconnectedError:
            return Outcome(operation, 499)
        return Outcome(operation, reply.status)

    async def _reply(self, request: Request, found: Match | None, route: Route | None) -> Reply:
        if found is None or route is None or _is_encoded(request):
            raise no_such_address()
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
