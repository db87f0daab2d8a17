"""The endpoints that answer the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from starlette.routing import BaseRoute
from starlette.routing import Route as MountedRoute

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.routes import Route

from ..endpoints import Endpoints
from .openapi import Document, openapi
from .page import POLICY, page
from .swagger import at_address, swagger

_KEEP = {"Cache-Control": "public, max-age=300"}
_PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _Made(msgspec.Struct, frozen=True):
    """The documents of one process: anybody may ask for them, so that none is made twice."""

    openapi: bytes
    page: bytes
    swagger: Mapping[bool, Document]
    """By whether it lists what only a browser's session may use; the server's address is added to each answer."""


class DocumentHandlers:
    """Answers what the API says of itself; ``elsewhere`` are the routes of the other wire formats."""

    def __init__(self, routes: Sequence[Route], elsewhere: Sequence[Route], address: PublicAddress) -> None:
        self._routes = routes
        self._elsewhere = elsewhere
        self._address = address
        self._made: _Made | None = None
        self._making = asyncio.Lock()

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.openapi": self.openapi, "quay.docs": self.docs, "quay.discovery": self.discovery}

    async def openapi(self, request: Request) -> Response:
        """Answer GET openapi.json."""
        made = await self._documents(request)
        return Response(made.openapi, headers=_KEEP, media_type="application/json")

    async def docs(self, request: Request) -> Response:
        """Answer GET docs."""
        made = await self._documents(request)
        return HTMLResponse(made.page, headers=_KEEP | _PAGE_HEADERS)

    async def discovery(self, request: Request, internal: bool = False) -> Response:
        """Answer GET discovery; ``internal`` lists also what only a browser's session may use."""
        made = await self._documents(request)
        public = self._address.request(request.scope, request.receive)
        answer = at_address(made.swagger[internal], public.scheme, public.host)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    async def _documents(self, request: Request) -> _Made:
        """Return the documents; made once, in a thread: it takes a while."""
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make, request.app.routes)
            return self._made

    def _make(self, application: list[BaseRoute]) -> _Made:
        offered = {route.name for route in application if isinstance(route, MountedRoute)}
        routes = [*(route for route in self._routes if route.operation in offered), *self._elsewhere]
        routes.sort(key=lambda route: (route.template, route.method))
        document = openapi(routes, application)
        return _Made(
            openapi=msgspec.json.encode(document),
            page=page(document).encode(),
            swagger={internal: swagger(document, routes, internal=internal) for internal in (False, True)},
        )
