"""The console as an ASGI application: dispatch by the route table, and refusals as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route as MountedRoute

from charthouse.api.kit.asgi import Message, Receive, Scope, Send
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import Denied, NotFound, RegistryError, Unauthorized
from charthouse.telemetry.logs import FailureLog

from .guard import ANSWER_HEADERS, Guard
from .rendering import Renderer
from .routes import ROUTES
from .visit import Page, Pages

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def console_app(pages: Pages, guard: Guard, renderer: Renderer, failures: FailureLog) -> Application:
    """Return the application; ``pages`` has a handler for each operation of the table."""
    register_url_convertor("full_name", _FullName())
    register_url_convertor("word", _Word())
    app = Starlette(routes=[_mounted(route, pages[route.operation], guard, renderer) for route in ROUTES])
    app.router.redirect_slashes = False
    app.router.default = _Missing(guard, renderer)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *scope.get(ANSWER_HEADERS, ())]
            await send(message)

        try:
            await app(scope, receive, answer)
        except Exception:
            # The browser has had its answer (status 500); what is left is to say why.
            failures.write("page failed", path=scope["path"])

    return application


class _FullName(Convertor[str]):
    """A repository's full name, two segments or more, none of which begins with ``-``."""

    regex = r"[^/\-][^/]*(?:/[^/\-][^/]*)+"

    def convert(self, value: str) -> str:
        """Return the name."""
        return value

    def to_string(self, value: str) -> str:
        """Return the name as it goes into a path."""
        return value


class _Word(_FullName):
    """A user's or an organization's name."""

    regex = r"[^/\-][^/]*"


def _mounted(route: Route, page: Page, guard: Guard, renderer: Renderer) -> MountedRoute:
    path = route.template.replace("{repository}", "{repository:full_name}")
    path = path.replace("{organization}", "{organization:word}")

    async def endpoint(request: Request) -> Response:
        request.scope["operation"] = route.operation
        try:
            return await page(await guard.admit(route, request))
        except RegistryError as error:
            return await _refused(route, request, error, guard, renderer)

    return MountedRoute(path, endpoint, methods=[route.method], name=route.operation)


async def _refused(
    route: Route, request: Request, error: RegistryError, guard: Guard, renderer: Renderer
) -> Response:
    visit = await guard.stranger(request)
    if isinstance(error, Unauthorized) and not visit.signed_in and route.method == "GET":
        return RedirectResponse(sign_in_address(request), 303)
    status = error.status
    if isinstance(error, Denied | NotFound) and route.permission is not Permission.NONE:
        status = 404 if route.method == "GET" else status  # what is hidden and what is missing look alike
    return renderer.page(visit, "refused.html", status, message=error.message)


def sign_in_address(request: Request) -> str:
    """Return where to sign in, to come back here."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/signin?{urlencode({'redirect_url': back})}"


class _Missing:
    """Answers what no route is for."""

    def __init__(self, guard: Guard, renderer: Renderer) -> None:
        self._guard = guard
        self._renderer = renderer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        visit = await self._guard.stranger(Request(scope, receive))
        page = self._renderer.page(visit, "refused.html", 404, message="")
        await page(scope, receive, send)
