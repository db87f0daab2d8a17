"""The first user over HTTP: ``POST /api/v1/user/initialize``.

Whoever comes first owns the registry, so the door is narrow: a program on this very machine, or whoever has the
set-up token. A browser is no program of the machine's owner: any page may make it send requests to loopback
addresses. (The console has a form for the same, which only its own page can send.)
"""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from charthouse.api.kit.nearby import from_this_machine
from charthouse.model.errors import InvalidRequest, Unauthorized
from charthouse.services.identity.users import Users

from .endpoints import Endpoints
from .guard import bearer_of, public_of
from .signin import Doorkeeper

_BROWSER = ("origin", "sec-fetch-site")


class FirstUserBody(BaseModel):
    """The request's body."""

    username: str
    password: str
    email: str | None = None
    access_token: bool = False


class InitializeHandlers:
    """Makes the first user. ``set_up_token`` opens the call to all peers ("": nothing does)."""

    def __init__(self, users: Users, set_up_token: str, door: Doorkeeper) -> None:
        self._users = users
        self._door = door
        self._set_up_token = set_up_token

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.initialize": self.initialize}

    async def admit(self, request: Request) -> None:
        """Raise Unauthorized for whoever may not make this call, InvalidRequest for what is no JSON."""
        token = bearer_of(request)
        if token:
            known = self._set_up_token
            if not known or not hmac.compare_digest(token.encode(), known.encode()):
                raise Unauthorized("this is not the set-up token that the start of the registry printed")
        elif not _is_local_program(request):
            raise Unauthorized(
                "send this from a program on the registry's machine, or with Authorization: Bearer <set-up token>"
            )
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise InvalidRequest("send JSON as Content-Type: application/json")

    async def initialize(self, request: Request, body: FirstUserBody) -> JSONResponse:
        """Answer POST user/initialize; the first user is signed in."""
        first = await self._users.initialize(
            body.username, body.password, body.email or "", with_token=body.access_token
        )
        agent = request.headers.get("user-agent", "")
        self._door.let_in(
            request, await self._door.sessions.open(first.account, public_of(request).peer, agent)
        )
        answer: dict[str, Any] = {"access_token": first.access_token} if body.access_token else {}
        answer |= {
            "email": first.account.email,
            "encrypted_password": first.encrypted_password,
            "username": first.account.name,
        }
        return JSONResponse(answer)


def _is_local_program(request: Request) -> bool:
    return not any(name in request.headers for name in _BROWSER) and from_this_machine(request)
