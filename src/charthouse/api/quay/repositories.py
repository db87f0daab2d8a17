"""Repositories."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from charthouse.model.names import parse_repository
from charthouse.services.identity.credentials import actor_of
from charthouse.services.registry.administration import Administration

from .callers import caller_of


class VisibilityBody(BaseModel):
    """The request's body."""

    visibility: Literal["public", "private"]


class RepositoryHandlers:
    """Changes repositories."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    async def change_visibility(
        self, request: Request, repository: str, body: VisibilityBody
    ) -> JSONResponse:
        """Answer POST repository/{repository}/changevisibility."""
        actor = actor_of(caller_of(request).account)
        public = body.visibility == "public"
        await self._administration.set_visibility(actor, parse_repository(repository), public)
        return JSONResponse({"success": True})
