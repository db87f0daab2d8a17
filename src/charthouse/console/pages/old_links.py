"""Old addresses; and namespaces whose names are words of ours, which live where Quay had all of them."""

from __future__ import annotations

import msgspec
from starlette.responses import RedirectResponse, Response

from charthouse.model.errors import NotFound
from charthouse.model.permissions import NamespaceRole
from charthouse.services.access.gate import Gate

from ..addresses import RESERVED
from ..old_links import new_address
from ..routes.old_links import ROUTES
from ..visit import Page, Visit


class OldLinks:
    """Redirects. ``namespace`` is the page of a namespace."""

    def __init__(self, gate: Gate, namespace: Page) -> None:
        self._gate = gate
        self._namespace = namespace

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        pages: dict[str, Page] = {route.operation: self.lead for route in ROUTES}
        pages["console.old_organization"] = self.organization
        return pages

    async def lead(self, visit: Visit) -> Response:
        """Answer GET of an old address; raises NotFound for what was none."""
        url = visit.request.url
        query = {name: visit.field(name) for name in visit.request.query_params}
        address = new_address(visit.request.path_params.get("reference", url.path), query, visit.public.host)
        if not address:
            raise NotFound("there is no such address")
        return RedirectResponse(address, 302)

    async def organization(self, visit: Visit) -> Response:
        """Answer GET /organization/{rest}."""
        name = visit.name("rest").strip("/")
        if name not in RESERVED or visit.field("tab"):
            return await self.lead(visit)
        permit = await self._gate.namespace(visit.actor, name, NamespaceRole.NONE, reading=True)
        return await self._namespace(msgspec.structs.replace(visit, permit=permit))
