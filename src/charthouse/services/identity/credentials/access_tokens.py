"""OAuth access tokens as passwords: user name ``$oauthtoken``, as Quay has it.

There is nothing to throttle: nobody guesses 40 random characters, and a wrong one costs one look into an index.
"""

from __future__ import annotations

from charthouse.model.permissions import Actor
from charthouse.services.identity.access_tokens import AccessTokens

NAME = "$oauthtoken"


class AccessTokenCredentials:
    """Access tokens: their user, as far as the scopes go."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    def claims(self, name: str) -> bool:
        """Tell whether the name is the one of all access tokens."""
        return name == NAME

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return the token's user; raises Unauthorized."""
        return await self._tokens.holder(secret)
