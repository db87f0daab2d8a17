"""Application tokens of a user."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request
from pydantic import BaseModel
from typing_extensions import TypedDict

from charthouse.ports.app_tokens import AppToken
from charthouse.services.access.permits import AccountPermit
from charthouse.services.identity.app_tokens import AppTokens

from .dates import rfc2822
from .endpoints import Endpoints
from .guard import permit_of

EXPIRING_MS = 28 * 86_400_000
"""What counts as expiring: Quay's window of four weeks."""


class AppTokenBody(BaseModel):
    """The request's body."""

    title: str


class AppTokenAnswer(TypedDict):
    """A token; ``token_code`` where its secret is asked for."""

    uuid: str
    title: str
    last_accessed: str | None
    created: str
    expiration: str | None
    token_code: NotRequired[str]


class AppTokensAnswer(TypedDict):
    """The answer to GET user/apptoken."""

    tokens: list[AppTokenAnswer]
    only_expiring: bool


class OneAppTokenAnswer(TypedDict):
    """The answer that shows a token."""

    token: AppTokenAnswer


class AppTokenHandlers:
    """Makes, shows and revokes tokens."""

    def __init__(self, tokens: AppTokens) -> None:
        self._tokens = tokens

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_app_tokens": self.list_app_tokens,
            "quay.create_app_token": self.create_app_token,
            "quay.get_app_token": self.get_app_token,
            "quay.delete_app_token": self.delete_app_token,
        }

    async def list_app_tokens(self, request: Request, expiring: bool = False) -> AppTokensAnswer:
        """Answer GET user/apptoken."""
        permit = permit_of(request, AccountPermit)
        found = await self._tokens.of(permit, EXPIRING_MS if expiring else None)
        used = await self._tokens.last_used(found)
        return {"tokens": [_view(token, used.get(token.uuid)) for token in found], "only_expiring": expiring}

    async def create_app_token(self, request: Request, body: AppTokenBody) -> OneAppTokenAnswer:
        """Answer POST user/apptoken."""
        token, secret = await self._tokens.make(permit_of(request, AccountPermit), body.title)
        return _shown(_view(token, None), secret)

    async def get_app_token(self, request: Request, token_uuid: str) -> OneAppTokenAnswer:
        """Answer GET user/apptoken/{token_uuid}."""
        token, secret = await self._tokens.shown(permit_of(request, AccountPermit), token_uuid)
        used = await self._tokens.last_used([token])
        return _shown(_view(token, used.get(token.uuid)), secret)

    async def delete_app_token(self, request: Request, token_uuid: str) -> None:
        """Answer DELETE user/apptoken/{token_uuid}."""
        await self._tokens.revoke(permit_of(request, AccountPermit), token_uuid)


def _shown(view: AppTokenAnswer, secret: str) -> OneAppTokenAnswer:
    return {"token": {**view, "token_code": secret}}


def _view(token: AppToken, used_ms: int | None) -> AppTokenAnswer:
    return {
        "uuid": token.uuid,
        "title": token.title,
        "last_accessed": None if used_ms is None else rfc2822(used_ms),
        "created": rfc2822(token.created_ms),
        "expiration": None if token.expires_ms is None else rfc2822(token.expires_ms),
    }
