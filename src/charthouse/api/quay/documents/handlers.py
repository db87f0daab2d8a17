"""The endpoints that answer the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.routing import BaseRoute
from starlette.routing import Route as MountedRoute

from charthouse.api.kit.front import PublicAddress
from charthouse.api.kit.routes import Route

from ..endpoints import Endpoints
from .openapi import Document, openapi
from .page import POLICY, page
from .swagger import swagger

_KEEP = {"Cache-Control": "public, max-age=300"}


class DocumentHandlers:
    """Answers what the API says of itself; ``elsewhere`` are the routes of the other wire formats."""

    def __init__(self, routes: Sequence[Route], elsewhere: Sequence[Route], address: PublicAddress) -> None:
        self._routes = routes
        self._elsewhere = elsewhere
        self._address = address
        self._made: tuple[Document, list[Route]] | None = None
        self._making = asyncio.Lock()

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.openapi": self.openapi, "quay.docs": self.docs, "quay.discovery": self.discovery}

    async def openapi(self, request: Request) -> Response:
        """Answer GET openapi.json."""
        document, _ = await self._document(request)
        return JSONResponse(document, headers=_KEEP)

    async def docs(self, request: Request) -> Response:
        """Answer GET docs."""
        document, _ = await self._document(request)
        headers = {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        return HTMLResponse(await asyncio.to_thread(page, document), headers=_KEEP | headers)

    async def discovery(self, request: Request, internal: bool = False) -> Response:
        """Answer GET discovery; ``internal`` lists also what only a browser's session may use."""
        document, routes = await self._document(request)
        public = self._address.request(request.scope, request.receive)
        return JSONResponse(swagger(document, routes, public.scheme, public.host, internal=internal))

    async def _document(self, request: Request) -> tuple[Document, list[Route]]:
        """Return the document and the routes in it; made once, in a thread: it takes a while."""
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make, request.app.routes)
            return self._made

    def _make(self, application: list[BaseRoute]) -> tuple[Document, list[Route]]:
        offered = {route.name for route in application if isinstance(route, MountedRoute)}
        routes = [*(route for route in self._routes if route.operation in offered), *self._elsewhere]
        routes.sort(key=lambda route: (route.template, route.method))
        return openapi(routes, application), routes
