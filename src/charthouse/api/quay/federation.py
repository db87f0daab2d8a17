"""Keyless robots: whose tokens become a robot's, and the exchange."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from fastapi import Body, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.model.errors import RegistryError, Unauthorized
from charthouse.ports.robots import TrustedIdentity
from charthouse.services.identity.credentials.basic import parse_basic
from charthouse.services.identity.federation import Federation, FederationRefused
from charthouse.services.identity.trust import MOST_ENTRIES
from charthouse.telemetry.logs import FailureLog

from .endpoints import Endpoints
from .errors import headers_of
from .robots import owner_of

_NO_STORE = {"Cache-Control": "no-store"}


class IdentityBody(BaseModel):
    """One identity of another system; ``claims`` are ours."""

    issuer: str
    subject: str
    audiences: list[str] = []
    claims: dict[str, str] = {}


class IdentityAnswer(TypedDict):
    """One identity; what it does not narrow is left out."""

    issuer: str
    subject: str
    audiences: NotRequired[list[str]]
    claims: NotRequired[dict[str, str]]


class FederationHandlers:
    """Answers for robots of users and organizations."""

    def __init__(self, federation: Federation, failures: FailureLog) -> None:
        self._federation = federation
        self._failures = failures

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        found: dict[str, Any] = {"quay.exchange_robot_token": self.exchange}
        for kind in ("user", "org"):
            found[f"quay.get_{kind}_robot_federation"] = self.get_federation
            found[f"quay.create_{kind}_robot_federation"] = self.create_federation
            found[f"quay.delete_{kind}_robot_federation"] = self.delete_federation
        return found

    async def get_federation(self, request: Request, robot: str) -> list[IdentityAnswer]:
        """Answer GET …/federation."""
        return [_shown(entry) for entry in await self._federation.trusted(owner_of(request), robot)]

    async def create_federation(
        self, request: Request, robot: str, body: Annotated[list[IdentityBody], Body(max_length=MOST_ENTRIES)]
    ) -> list[IdentityAnswer]:
        """Answer POST …/federation: what is sent replaces what was there."""
        entries = [TrustedIdentity(one.issuer, one.subject, tuple(one.audiences), one.claims) for one in body]
        await self._federation.trust(owner_of(request), robot, entries)
        return [_shown(entry) for entry in entries]

    async def delete_federation(self, request: Request, robot: str) -> None:
        """Answer DELETE …/federation."""
        await self._federation.trust(owner_of(request), robot, [])

    async def exchange(self, request: Request) -> JSONResponse:
        """Answer GET oauth2/federation/robot/token, refusals in a shape of its own."""
        try:
            basic = parse_basic(request.headers.get("authorization", ""))
            if basic is None:
                raise Unauthorized("send the robot's name and the issuer's token as Basic credentials")
            token = await self._federation.exchange(*basic)
        except RegistryError as error:
            reason = error.reason if isinstance(error, FederationRefused) else error.message
            self._failures.note("robot federation refused", reason=reason)
            headers = headers_of(error)
            if isinstance(error, Unauthorized):
                headers["WWW-Authenticate"] = "Basic"
            return JSONResponse({"error": error.message}, error.status, headers | _NO_STORE)
        return JSONResponse({"token": token}, headers=_NO_STORE)


def _shown(entry: TrustedIdentity) -> IdentityAnswer:
    answer: IdentityAnswer = {"issuer": entry.issuer, "subject": entry.subject}
    if entry.audiences:
        answer["audiences"] = list(entry.audiences)
    if entry.claims:
        answer["claims"] = dict(entry.claims)
    return answer
