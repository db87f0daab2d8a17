"""A user's way to an organization: ``POST user/convert``."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from charthouse.services.access.permits import AccountPermit
from charthouse.services.people.conversion import Conversion

from .endpoints import Endpoints
from .guard import permit_of, public_of


class ConversionBody(BaseModel):
    """Who shall administer the organization, and that user's password."""

    adminUser: str  # noqa: N815 -- Quay's name
    adminPassword: str  # noqa: N815 -- Quay's name


class ConversionHandlers:
    """Converts the caller."""

    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.convert_user": self.convert}

    async def convert(self, request: Request, body: ConversionBody) -> dict[str, bool]:
        """Answer POST user/convert: the caller's sessions and tokens end with it."""
        permit = permit_of(request, AccountPermit)
        await self._conversion.convert(permit, body.adminUser, body.adminPassword, public_of(request).peer)
        return {"success": True}
