"""Who calls the REST API: from what a request presents to a caller."""

from __future__ import annotations

import msgspec

from charthouse.model.permissions import ANONYMOUS, Actor

from .access_tokens import AccessTokens


class Caller(msgspec.Struct, frozen=True):
    """The caller of one request to the REST API."""

    actor: Actor


class Callers:
    """Identifies callers."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    async def identify(self, bearer: str) -> Caller:
        """Return the caller of an OAuth access token, or the anonymous one for "".

        Raises Unauthorized and AccessTokenExpired.
        """
        if not bearer:
            return Caller(ANONYMOUS)
        return Caller(await self._tokens.holder(bearer))
