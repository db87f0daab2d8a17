"""The registry as a whole: how much is in it, what it runs on, whether its parts work."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from charthouse.services.access.permits import RegistryPermit
from charthouse.services.health import Health
from charthouse.services.superusers.size import SizeCounter
from charthouse.services.superusers.totals import TotalsService

from ..rendering import Renderer
from ..visit import Page, Visit

_HERE = "/-/admin/"


class Installation(msgspec.Struct, frozen=True):
    """What a registry runs on, in words that are no secret: names of engines, never their addresses."""

    python: str
    database: str
    storage: str


class AdminPages:
    """The first page of the administration."""

    def __init__(
        self,
        renderer: Renderer,
        totals: TotalsService,
        size: SizeCounter,
        health: Health,
        installation: Installation,
    ) -> None:
        self._renderer = renderer
        self._totals = totals
        self._size = size
        self._health = health
        self._installation = installation

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.admin.registry": self.registry, "console.admin.registry.count": self.count}

    async def registry(self, visit: Visit) -> Response:
        """Answer GET /-/admin/."""
        permit = visit.permit_of(RegistryPermit)
        parts = {
            "database": visit.gettext("Database"),
            "storage": visit.gettext("Storage"),
            "disk_space": visit.gettext("Disk space"),
            "disk_space_warning": visit.gettext("Disk reserve"),
            "service_key": visit.gettext("Signing keys"),
        }
        problems = await self._health.problems(parts)
        return self._renderer.page(
            visit,
            "admin/registry.html",
            permit=permit,
            counted=await self._totals.registry(permit),
            size=await self._size.get(permit),
            health=[(words, problems[name]) for name, words in parts.items()],
            installation=self._installation,
        )

    async def count(self, visit: Visit) -> Response:
        """Answer POST /-/admin/size."""
        await self._size.queue(visit.permit_of(RegistryPermit))
        return visit.went_well(_HERE, visit.gettext("The bytes are being counted."))
