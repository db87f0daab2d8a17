"""Organizations."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.users import Users

from .endpoints import Endpoints
from .guard import permit_of


class NewOrganizationBody(BaseModel):
    """The request's body."""

    name: str
    email: str | None = None


class OrganizationHandlers:
    """Makes organizations."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.create_organization": self.create_organization}

    async def create_organization(self, request: Request, body: NewOrganizationBody) -> str:
        """Answer POST organization/."""
        permit = permit_of(request, AccountPermit)
        await self._users.create_organization(body.name, body.email or "", permit.account)
        return "Created"
