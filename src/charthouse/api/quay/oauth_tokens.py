"""Tokens of an application that administrators of its organization make (Quay 3.18)."""

from __future__ import annotations

from typing import NotRequired

from fastapi import Request, Response
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from charthouse.ports.oauth import NEVER_MS, MadeToken
from charthouse.services.access.permits import NamespacePermit
from charthouse.services.oauth.tokens import ApplicationTokens

from .dates import iso8601
from .endpoints import Endpoints
from .guard import permit_of
from .paging import Pages


class NewTokenBody(BaseModel):
    """The request's body. ``expiration`` is the token's life in seconds, null: until it is revoked."""

    name: str
    scope: str
    expiration: int | None = Field(default=None, strict=True)


class TokenView(TypedDict):
    """A token; ``token`` only when it was just made."""

    uuid: str
    name: str
    scope: str
    expires_at: str | None
    created: str
    created_by: str
    last_accessed: str | None
    token: NotRequired[str]


class TokenList(TypedDict):
    """A page of tokens."""

    tokens: list[TokenView]
    next_page: NotRequired[str]


class ApplicationTokenHandlers:
    """Makes, lists and revokes tokens."""

    def __init__(self, tokens: ApplicationTokens, pages: Pages) -> None:
        self._tokens = tokens
        self._pages = pages

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_application_tokens": self.list_tokens,
            "quay.create_application_token": self.create,
            "quay.delete_application_token": self.delete,
        }

    async def list_tokens(self, request: Request, client_id: str) -> TokenList:
        """Answer GET …/applications/<client_id>/tokens."""
        permit = permit_of(request, NamespacePermit)
        after = self._pages.position(request, str) or ""
        found, last = await self._tokens.page(permit, client_id, after)
        answer: TokenList = {"tokens": [_view(used.made, used.used_ms) for used in found]}
        if last:
            answer["next_page"] = self._pages.next_page(request, last)
        return answer

    async def create(
        self, request: Request, response: Response, client_id: str, body: NewTokenBody
    ) -> TokenView:
        """Answer POST …/applications/<client_id>/tokens."""
        permit = permit_of(request, NamespacePermit)
        new = await self._tokens.create(permit, client_id, body.name, body.scope, body.expiration)
        response.headers["Cache-Control"] = "no-store"
        return {**_view(new.made), "token": new.text}

    async def delete(self, request: Request, client_id: str, token_uuid: str) -> Response:
        """Answer DELETE …/applications/<client_id>/tokens/<uuid>."""
        await self._tokens.remove(permit_of(request, NamespacePermit), client_id, token_uuid)
        return Response(status_code=204)


def _view(made: MadeToken, used_ms: int | None = None) -> TokenView:
    token = made.token
    return {
        "uuid": token.uuid,
        "name": token.title,
        "scope": " ".join(token.scopes),
        "expires_at": None if token.expires_ms >= NEVER_MS else iso8601(token.expires_ms),
        "created": iso8601(token.created_ms),
        "created_by": token.creator or made.user,
        "last_accessed": None if used_ms is None else iso8601(used_ms),
    }
