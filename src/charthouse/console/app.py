"""The console as an ASGI application: dispatch by the route table, and refusals as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route as MountedRoute

from charthouse.api.kit.asgi import Message, Receive, Scope, Send
from charthouse.api.kit.routes import Permission, Route
from charthouse.api.kit.sign_in import sign_in_address
from charthouse.model.errors import Denied, NameUnknown, NotFound, RegistryError, Unauthorized
from charthouse.services.identity.sessions import FreshLoginRequired
from charthouse.telemetry.logs import FailureLog

from .guard import ANSWER_HEADERS, Guard
from .notices import forget_notice
from .rendering import Renderer
from .routes import ROUTES, page_of
from .visit import Pages, Visit

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
_LONGEST_WANTED = 100
VERIFY = "/-/verify"
"""Where somebody who is signed in gives the password again."""


def console_app(pages: Pages, guard: Guard, renderer: Renderer, failures: FailureLog) -> Application:
    """Return the application; ``pages`` has a handler for each operation of the table."""
    register_url_convertor("full_name", _FullName())
    register_url_convertor("word", _Word())
    register_url_convertor("reference", _Reference())
    desk = _Desk(pages, guard, renderer)
    app = Starlette(
        routes=[_mounted(route, desk) for route in ROUTES],
        exception_handlers={HTTPException: desk.not_offered},
    )
    app.router.redirect_slashes = False

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


class _Reference(_FullName):
    """A repository's full name with a tag or a digest behind it."""

    regex = r"[^/\-][^/:@]*(?:/[^/\-][^/:@]*)+[:@][^/]+"


def _mounted(route: Route, desk: _Desk) -> MountedRoute:
    path = route.template.replace("{repository}", "{repository:full_name}")
    path = path.replace("{organization}", "{organization:word}")
    path = path.replace("{reference}", "{reference:reference}").replace("{rest}", "{rest:path}")

    async def endpoint(request: Request) -> Response:
        request.scope["operation"] = route.operation
        return await desk.answer(route, request)

    return MountedRoute(
        path, endpoint, methods=[route.method], name=route.operation, max_body_size=route.body
    )


class _Desk:
    """Lets a visit in, has its page made, and says why not."""

    def __init__(self, pages: Pages, guard: Guard, renderer: Renderer) -> None:
        self._pages = {route.operation: pages[route.operation] for route in ROUTES}
        self._routes = {route.operation: route for route in ROUTES}
        self._guard = guard
        self._renderer = renderer

    async def answer(self, route: Route, request: Request) -> Response:
        """Return the answer to a request for ``route``."""
        try:
            visit = await self._guard.admit(route, request)
        except RegistryError as error:
            return await self._refused(route, request, error)
        try:
            answer = await self._pages[route.operation](visit)
        except RegistryError as error:
            if route.method == "GET" or isinstance(error, FreshLoginRequired):
                return await self._refused(route, request, error)
            return await self._once_more(route, visit, error)
        if visit.notice and answer.status_code == 200:
            forget_notice(answer)
        return answer

    async def _once_more(self, form: Route, visit: Visit, error: RegistryError) -> Response:
        """Show the page on which a form stands, with what was wrong and what was typed."""
        page = page_of(form.operation)
        if not page:
            return await self._refused(form, visit.request, error)
        try:
            visit = await self._guard.admit(self._routes[page], visit.request)
            typed = (await visit.form()).shown_again()
            answer = await self._pages[page](
                msgspec.structs.replace(visit, problem=error.message, typed=typed)
            )
        except RegistryError as other:
            return await self._refused(form, visit.request, other)
        answer.status_code = error.status
        return answer

    async def _refused(self, route: Route, request: Request, error: RegistryError) -> Response:
        visit = await self._guard.stranger(request)
        if isinstance(error, FreshLoginRequired):
            back = _page_before(request) if route.method == "POST" else _here(request)
            return RedirectResponse(f"{VERIFY}?{urlencode({'back': back})}", 303)
        if isinstance(error, Unauthorized) and not visit.signed_in and route.method == "GET":
            if (
                visit.unattended
            ):  # no script puts the form into a part of a page: the whole page is asked for again
                return Response(status_code=401, headers={"HX-Refresh": "true"})
            return RedirectResponse(sign_in_address(request), 303)
        status = error.status
        hidden = (
            isinstance(error, Denied | NameUnknown | NotFound) and route.permission is not Permission.NONE
        )
        if hidden and route.method == "GET":
            return self._missing(visit)  # what is hidden and what is missing look alike
        return self._renderer.page(visit, "refused.html", status, message=error.message)

    async def not_offered(self, request: Request, error: Exception) -> Response:
        """Answer what no route is for."""
        assert isinstance(error, HTTPException)  # noqa: S101 -- registered for these only
        if "text/html" not in request.headers.get("accept", ""):
            message = "no such address" if error.status_code == 404 else error.detail
            return JSONResponse({"error": message}, error.status_code, error.headers)
        visit = await self._guard.stranger(request)
        if error.status_code == 404:
            return self._missing(visit)
        return self._renderer.page(visit, "refused.html", error.status_code, message=error.detail)

    def _missing(self, visit: Visit) -> Response:
        # What was typed last is what somebody looked for.
        wanted = visit.request.url.path.partition("/-/")[0].rpartition("/")[2][:_LONGEST_WANTED]
        return self._renderer.page(visit, "refused.html", 404, message="", wanted=wanted)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _page_before(request: Request) -> str:
    """Return the page of ours on which a form stood, by what the browser says of it."""
    before = urlsplit(request.headers.get("referer", ""))
    return before.path if before.path.startswith("/") and not before.path.startswith("//") else "/"
