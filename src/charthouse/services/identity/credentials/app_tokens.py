"""Application tokens as credentials: user name ``$app``."""

from __future__ import annotations

import re

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import Actor
from charthouse.ports.app_tokens import AppTokens
from charthouse.ports.clock import Clock
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.app_tokens import LENGTH, NAME
from charthouse.services.identity.last_use import LastUses, of_account, of_token
from charthouse.services.identity.opaque import hash_of

_TOKEN = re.compile(rf"[A-Z0-9]{{{LENGTH}}}", re.ASCII)


class AppTokenCredentials:
    """See ``kinds.CredentialKind``. No throttle: nobody guesses one of 36**120."""

    def __init__(self, tokens: AppTokens, standings: Standings, uses: LastUses, clock: Clock) -> None:
        self._tokens = tokens
        self._standings = standings
        self._uses = uses
        self._clock = clock

    def claims(self, name: str) -> bool:
        """Tell whether the name is ``$app``."""
        return name == NAME

    async def verify(self, name: str, secret: str, peer: str) -> Actor:
        """Return the token's user, with all rights, until the token expires; raises Unauthorized."""
        found = await self._tokens.by_hash(hash_of(secret)) if _TOKEN.fullmatch(secret) else None
        if found is None:
            raise Unauthorized("Invalid token")
        token, account = found
        if token.expires_ms is not None and self._clock.now_ms() >= token.expires_ms:
            raise Unauthorized("This token has expired: make another")
        if not account.enabled:
            raise Unauthorized("This user has been disabled. Please contact your administrator.")
        self._uses.note(of_token(token.uuid))
        self._uses.note(of_account(account.account_id))
        return self._standings.actor(account, expires_ms=token.expires_ms or 0)
