"""Repositories."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from pydantic import BaseModel

from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.administration import Administration

from .endpoints import Endpoints
from .guard import permit_of


class VisibilityBody(BaseModel):
    """The request's body."""

    visibility: Literal["public", "private"]


class RepositoryHandlers:
    """Changes repositories."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.change_visibility": self.change_visibility}

    async def change_visibility(self, request: Request, body: VisibilityBody) -> dict[str, bool]:
        """Answer POST repository/{repository}/changevisibility."""
        permit = permit_of(request, RepositoryPermit)
        await self._administration.set_visibility(permit, body.visibility == "public")
        return {"success": True}
