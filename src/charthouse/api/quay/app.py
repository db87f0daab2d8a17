"""Quay's REST API as one ASGI application, made from the route table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Depends, FastAPI
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException

from charthouse.api.kit.asgi import Headers, Message, Receive, Scope, Send, send_reply
from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.routes import Route
from charthouse.api.kit.sign_in import sign_in_address
from charthouse.model.errors import InvalidRequest, RegistryError
from charthouse.telemetry.logs import FailureLog

from .addresses import REPOSITORY, Addresses, name_in
from .cors import Cors
from .endpoints import Endpoint, Endpoints
from .errors import error_object, message_object
from .guard import ANSWER_HEADERS, Check, Guard
from .html import Html, refusal_page
from .routes import ROUTES
from .routes.users import INITIALIZE

MAXIMUM_BODY = 1024**2
_PAGES = frozenset(route.operation for route in ROUTES if route.page)

_EVERY_ANSWER: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def quay_app(
    endpoints: Endpoints,
    features: Mapping[str, bool],
    guard: Guard,
    cors: Cors,
    address: PublicAddress,
    failures: FailureLog,
    templates: Mapping[str, str],
) -> Application:
    """Return the application; it serves whole paths (``/api/v1/…``) and sets ``scope["operation"]``.

    ``endpoints`` has a handler for each operation of the table; ``features`` says which routes are on;
    ``templates`` are those of operations that the configuration puts elsewhere.
    """
    register_url_convertor("repository", _RepositoryConvertor())
    app = FastAPI(openapi_url=None, redirect_slashes=False, max_body_size=MAXIMUM_BODY)
    for route in ROUTES:
        endpoint = endpoints[route.operation]
        if not route.feature or features[route.feature]:
            check = guard.first_user if route.template == INITIALIZE else guard.check(route)
            _add(app, route, templates.get(route.operation, route.template), endpoint, check)
    _answer_errors(app, address)
    addresses = Addresses(ROUTES, guard)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await send_reply(scope, receive, send, cors.preflight(scope))
            return
        inner = scope

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = (*cors.headers(scope), *inner.get(ANSWER_HEADERS, ()))
                message["headers"] = _complete([*message["headers"], *more])
            await send(message)

        try:
            inner = {**scope, "path": await addresses.settle(scope)}
            await app(inner, receive, answer)
        except Exception:
            # The caller has had its answer (status 500); what is left is to say why.
            failures.write("request failed", path=scope["path"])
        if "route" in inner:
            scope["operation"] = inner["route"].name

    return application


def _complete(headers: Headers) -> Headers:
    """Add what every answer says, unless it says something else: it is nobody else's, and is what it says it is."""
    said = {name for name, _ in headers}
    return headers + [(name, value) for name, value in _EVERY_ANSWER if name not in said]


class _RepositoryConvertor(Convertor[str]):
    """A full name, two segments or more: ``/repository/a/tag/b`` is no tag of a repository ``a``."""

    regex = REPOSITORY

    def convert(self, value: str) -> str:
        """Return the name."""
        return name_in(value)

    def to_string(self, value: str) -> str:
        """Return the name as it goes into a path."""
        return value


def _add(app: FastAPI, route: Route, template: str, endpoint: Endpoint, check: Check) -> None:
    path = template.replace("{repository}", "{repository:repository}")
    app.add_api_route(
        path,
        endpoint,
        methods=[route.method],
        name=route.operation,
        summary=route.summary,
        status_code=route.status,
        dependencies=[Depends(check)],
        max_body_size=route.body,
    )
    if path.endswith("/") and "{repository" not in path:
        # A repository may be called ``tag``: below one, an address without its slash is another.
        app.add_route(path[:-1], _with_slash, [route.method], route.operation)


async def _with_slash(request: HttpRequest) -> RedirectResponse:
    """Send the caller to the address with its slash, as Flask does."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path}/{query}", 308)


def _answer_errors(app: FastAPI, address: PublicAddress) -> None:
    html = Html()

    async def refused(request: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, RegistryError)  # noqa: S101 -- registered for these only
        if _is_page(request):
            return refusal_page(html, error, sign_in_address(request))
        if request.url.path == INITIALIZE:
            status, body, headers = message_object(error)
        else:
            public = address.request(request.scope, request.receive)
            status, body, headers = error_object(error, public)
        return JSONResponse(body, status, headers)

    async def malformed(request: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for these only
        return await refused(request, InvalidRequest("; ".join(map(_problem, error.errors()))))

    async def unroutable(_: HttpRequest, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 -- registered for these only
        return JSONResponse({"message": error.detail}, error.status_code, error.headers)

    async def failed(_: HttpRequest, __: Exception) -> JSONResponse:
        return JSONResponse({"message": "the registry failed; its log tells why"}, 500)

    app.add_exception_handler(RegistryError, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, unroutable)
    app.add_exception_handler(Exception, failed)


def _is_page(request: HttpRequest) -> bool:
    """Tell whether a person in front of a browser reads the answer."""
    route = request.scope.get("route")
    return route is not None and route.name in _PAGES


def _problem(error: dict[str, Any]) -> str:
    """Return what is wrong with one field, without its value (which may be a password)."""
    where = ".".join(str(part) for part in error["loc"] if part != "body")
    return f"{where}: {error['msg']}" if where else "the body must be a JSON object, sent as application/json"
