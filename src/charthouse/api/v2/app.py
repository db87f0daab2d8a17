"""The OCI Distribution API as one ASGI handler: the hot path first, then every route by the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from charthouse.api.kit.asgi import (
    ClientDisconnectedError,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    json_reply,
    send_reply,
)
from charthouse.api.kit.front import Outcome, PublicAddress
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import (
    NameInvalid,
    NameUnknown,
    RegistryError,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from charthouse.model.names import RepositoryName, parse_repository
from charthouse.model.permissions import ANONYMOUS, Actor, ActorKind
from charthouse.services.access.standstill import NO_STANDSTILL, Standstill
from charthouse.services.identity.authenticator import Authenticator
from charthouse.services.registry.reader import Reader
from charthouse.telemetry.logs import FailureLog

from .blobs import BlobHandlers
from .envelope import VERSION, refusal
from .listings import ListHandlers
from .manifests import ManifestHandlers, accepts, render
from .routes import Match, match
from .tokens import TokenHandlers
from .uploads import UploadHandlers

Handler = Callable[[Request, Actor, RepositoryName, str], Awaitable[Reply]]

_MANIFESTS = "/manifests"
_WITHOUT_BODY = {"GET", "HEAD"}
_PUSHES = {"POST", "PUT", "PATCH"}


class DistributionApi:
    """Serves /v2. ``handle`` returns what was answered, for logs and metrics."""

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        reader: Reader,
        manifests: ManifestHandlers,
        blobs: BlobHandlers,
        uploads: UploadHandlers,
        lists: ListHandlers,
        tokens: TokenHandlers,
        address: PublicAddress,
        failures: FailureLog,
        library: str = "",
        standstill: Standstill = NO_STANDSTILL,
    ) -> None:
        self._recognize = authenticator.recognize
        self._identify = authenticator.identify
        self._reader = reader
        self._peek = reader.peek
        self._note_pull = reader.note_pull
        self._tokens = tokens
        self._lists = lists
        self._address = address
        self._failures = failures
        self._library = library
        self._standstill = standstill
        self._handlers: dict[str, Handler] = {
            "v2.list_tags": lists.tags,
            "v2.list_referrers": lists.referrers,
            "v2.get_manifest": manifests.get,
            "v2.head_manifest": manifests.get,
            "v2.put_manifest": manifests.put,
            "v2.delete_manifest": manifests.delete,
            "v2.get_blob": blobs.get,
            "v2.head_blob": blobs.head,
            "v2.delete_blob": blobs.delete,
            "v2.begin_upload": uploads.begin,
            "v2.upload_status": uploads.status,
            "v2.append_upload": uploads.append,
            "v2.finish_upload": uploads.finish,
            "v2.cancel_upload": uploads.cancel,
        }

    async def handle(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        """Answer one request."""
        method = scope["method"]
        if method == "GET" or method == "HEAD":
            left, _, reference = scope["path"].rpartition("/")
            if left.endswith(_MANIFESTS):
                try:
                    outcome = await self._from_memory(scope, send, request_id, method, left, reference)
                except Unavailable:
                    outcome = None  # the route will tell
                if outcome is not None:
                    return outcome
        return await self._by_route(scope, receive, send, request_id)

    async def _from_memory(
        self, scope: Scope, send: Send, request_id: bytes, method: str, left: str, reference: str
    ) -> Outcome | None:
        """Answer a manifest that is in memory and allowed; None leaves everything else to the route."""
        authorization = accept = None
        for key, value in scope["headers"]:
            if key == b"authorization":
                if authorization is not None:
                    return None  # the route refuses two
                authorization = value
            elif key == b"accept":
                accept = value if accept is None else accept + b"," + value
            elif key == b"if-none-match":
                return None
        actor = ANONYMOUS if authorization is None else self._recognize(authorization)
        if actor is None or b"%" in scope["raw_path"]:
            return None
        entry = self._peek(actor, left[4:-10], reference)
        if entry is None:
            return None
        rendered = render(entry)
        if not accepts(accept, rendered.media_type):
            return None
        head = method == "HEAD"
        self._note_pull(entry, reference, head=head)
        headers = [*rendered.headers, (b"x-request-id", request_id)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if head:
            await send({"type": "http.response.body", "body": b""})
            return _HEAD_OUTCOME
        await send({"type": "http.response.body", "body": rendered.body})
        return _GET_OUTCOME

    async def _by_route(self, scope: Scope, receive: Receive, send: Send, request_id: bytes) -> Outcome:
        request = self._address.request(scope, receive)
        found = match(request.path, self._library)
        route = None if found is None else found.routes.get(request.method)
        operation = "v2.unknown" if route is None else route.operation
        try:
            reply = await self._reply(request, found, route)
        except RegistryError as error:
            reply = refusal(error, request, found, route)
        except ClientDisconnectedError:
            return Outcome(operation, 499)
        except Exception:
            self._failures.write("request failed", request_id=request_id.decode(), operation=operation)
            problem = RegistryError("the registry failed; its log tells why under this request id")
            reply = refusal(problem, request, found, route)
        reply.headers = [*reply.headers, (b"x-request-id", request_id)]
        try:
            await send_reply(scope, receive, send, reply)
        except ClientDisconnectedError:
            return Outcome(operation, 499)
        await request.drain()
        return Outcome(operation, reply.status)

    async def _reply(self, request: Request, found: Match | None, route: Route | None) -> Reply:
        if found is None:
            raise NameUnknown("no such address: see the OCI Distribution Specification, Endpoints")
        if route is None:
            raise Unsupported(f"{request.method} is not offered here: {', '.join(found.routes)} are")
        if route.permission is Permission.NONE:
            return await self._tokens.handle(request)
        if request.method in _PUSHES:
            self._standstill.refuse_push()
        elif request.method not in _WITHOUT_BODY:
            self._standstill.refuse_change()
        if route.operation == "v2.check":
            return await self._check(await self._actor(request))
        if route.operation == "v2.catalog":
            return await self._lists.catalog(request, await self._actor(request))
        _refuse_encoded(request)
        name = parse_repository(found.name)  # before credentials: a challenge repeats the name
        handler = self._handlers[route.operation]
        return await handler(request, await self._actor(request), name, found.tail)

    async def _check(self, actor: Actor) -> Reply:
        if actor.kind is ActorKind.ANONYMOUS and actor.limits is None:
            raise Unauthorized("authentication required")
        await self._reader.require_current(actor)
        return json_reply(200, {}, [VERSION])

    async def _actor(self, request: Request) -> Actor:
        authorization = request.header(b"authorization")
        if authorization is None:
            return ANONYMOUS
        return await self._identify(authorization, request.peer)


_GET_OUTCOME = Outcome("v2.get_manifest", 200)
_HEAD_OUTCOME = Outcome("v2.head_manifest", 200)


def _refuse_encoded(request: Request) -> None:
    """Refuse encoded separators: a proxy in front would read another path than we do."""
    raw = request.scope["raw_path"].lower()
    if b"%2f" in raw or b"%2e" in raw or b"%5c" in raw or b"%00" in raw:
        raise NameInvalid("write the path's slashes and dots as they are, not percent-encoded")
