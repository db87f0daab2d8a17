"""Organizations."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from charthouse.services.identity.users import Users

from .callers import caller_of


class NewOrganizationBody(BaseModel):
    """The request's body."""

    name: str
    email: str | None = None


class OrganizationHandlers:
    """Makes organizations."""

    def __init__(self, users: Users) -> None:
        self._users = users

    async def create_organization(self, request: Request, body: NewOrganizationBody) -> JSONResponse:
        """Answer POST organization/."""
        await self._users.create_organization(body.name, body.email or "", caller_of(request).account)
        return JSONResponse("Created", 201)
