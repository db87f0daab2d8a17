"""The token endpoint (RFC 6749 § 3.2): its form, its answer, its errors."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import JSONResponse

from charthouse.api.kit.forms import form_fields, single
from charthouse.model.errors import InvalidRequest, RegistryError, Unauthorized
from charthouse.services.identity.credentials.basic import parse_basic
from charthouse.services.oauth.exchange import ClientRefused, Exchange, ExchangeRefused

from .endpoints import Endpoints

_HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class ExchangeHandlers:
    """Exchanges codes for tokens. The application is the caller, and proves itself by its secret."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"oauth.access_token": self.redeem}

    async def redeem(self, request: Request) -> JSONResponse:
        """Answer POST /oauth/access_token."""
        try:
            form = single(await form_fields(request))
            basic = parse_basic(request.headers.get("authorization", ""))
            issued = await self._exchange.redeem(form, basic)
        except (ExchangeRefused, InvalidRequest, Unauthorized) as error:
            return _refusal(error)
        answer = {
            "access_token": issued.access_token,
            "token_type": issued.token_type,
            "expires_in": issued.expires_in,
            "scope": issued.scope,
        }
        return JSONResponse(answer, headers=_HEADERS)


def _refusal(error: RegistryError) -> JSONResponse:
    """Return a refusal as RFC 6749 § 5.2 has it."""
    headers = dict(_HEADERS)
    match error:
        case ExchangeRefused(error=word):
            kind, status = word, error.status
        case Unauthorized():
            kind, status = "invalid_client", ClientRefused.status
        case _:
            kind, status = "invalid_request", 400
    if status == ClientRefused.status:
        headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    return JSONResponse({"error": kind, "error_description": error.message}, status, headers)
