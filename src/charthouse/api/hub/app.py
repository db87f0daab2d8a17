"""The search of ``helm search hub`` as one ASGI handler; credentials come as Basic from the address it was given."""

from __future__ import annotations

from charthouse.api.kit.asgi import Headers, Receive, Reply, Request, Scope, Send, json_reply, send_reply
from charthouse.api.kit.front import Outcome, PublicAddress
from charthouse.model.errors import RegistryError, TooManyRequests, Unauthorized
from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.services.charts.search import ChartSearch
from charthouse.services.identity.authenticator import Authenticator
from charthouse.telemetry.logs import FailureLog

from .routes import ROUTES
from .views import chart_object

_EVERY_ANSWER: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class HubApi:
    """Answers ``helm search hub``."""

    def __init__(
        self,
        authenticator: Authenticator,
        search: ChartSearch,
        address: PublicAddress,
        failures: FailureLog,
    ) -> None:
        self._authenticator = authenticator
        self._search = search
        self._address = address
        self._failures = failures
        self._operations = {route.template: route.operation for route in ROUTES}

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        request = self._address.request(scope, receive)
        operation = self._operations.get(request.path, "hub.unknown")
        if operation == "hub.unknown":
            reply = _refusal(404, "no such address")
        elif request.method not in {"GET", "HEAD"}:
            reply = _refusal(405, "GET only", [(b"allow", b"GET, HEAD")])
        else:
            reply = await self._reply(request, request_id)
        reply.head = request.method == "HEAD"
        reply.headers = [*reply.headers, *_EVERY_ANSWER, (b"x-request-id", request_id)]
        await send_reply(scope, receive, send, reply)
        return Outcome(operation, reply.status)

    async def _reply(self, request: Request, request_id: bytes) -> Reply:
        try:
            text = dict(request.query()).get("q", "")
            found = await self._search.all(await self._actor(request), text)
            origin = f"{request.scheme}://{request.host}"
            return json_reply(200, {"data": [chart_object(one, origin, request.host) for one in found]})
        except RegistryError as error:
            return _refusal(error.status, error.message, _headers_of(error, request))
        except Exception:
            self._failures.write("request failed", request_id=request_id.decode(), operation="hub.search")
            return _refusal(500, "the registry failed; its log tells why under this request id")

    async def _actor(self, request: Request) -> Actor:
        authorization = request.header(b"authorization")
        if authorization is None:
            return ANONYMOUS
        return await self._authenticator.identify(authorization, request.peer)


def _refusal(status: int, message: str, headers: Headers | None = None) -> Reply:
    """Return an error as JSON:API has it."""
    return json_reply(status, {"errors": [{"status": str(status), "detail": message}]}, headers or [])


def _headers_of(error: RegistryError, request: Request) -> Headers:
    match error:
        case Unauthorized():
            return [(b"www-authenticate", f'Basic realm="{request.host}"'.encode())]
        case TooManyRequests(retry_after=seconds):
            return [(b"retry-after", str(seconds).encode())]
        case _:
            return []
