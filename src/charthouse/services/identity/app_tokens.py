"""Application tokens: made by people for docker, helm and their like, shown again on request, revoked at once.

Source: Quay's app-specific tokens (``FEATURE_APP_SPECIFIC_TOKENS``, ``APP_SPECIFIC_TOKEN_EXPIRATION``). A token
carries its user's full rights in the registry, and none in the REST API.
"""

from __future__ import annotations

import uuid

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.ports import app_tokens as ports
from charthouse.ports.app_tokens import AppToken
from charthouse.ports.clock import Clock
from charthouse.services.access.permits import AccountPermit, RegistryPermit

from .last_use import LastUses, of_token
from .opaque import hash_of, random_secret
from .vault import Vault

NAME = "$app"
"""The user name that such a token goes with."""
LENGTH = 120
LONGEST_TITLE = 255
MOST_TOKENS = 1000
"""Tokens of one account: each is shown in one list."""


class AppTokens:
    """Makes, shows and revokes tokens. ``lives``: seconds until a new one expires; None: never."""

    def __init__(
        self, tokens: ports.AppTokens, vault: Vault, uses: LastUses, clock: Clock, *, lives: int | None = None
    ) -> None:
        self._tokens = tokens
        self._vault = vault
        self._uses = uses
        self._clock = clock
        self._lives_ms = None if lives is None else lives * 1000

    @property
    def lives_s(self) -> int | None:
        """Return after how many seconds a new token expires; None: never."""
        return None if self._lives_ms is None else self._lives_ms // 1000

    async def make(self, permit: AccountPermit, title: str) -> tuple[AppToken, str]:
        """Make a token; returns it with its secret. Raises InvalidRequest."""
        title = title.strip()
        if not title or len(title) > LONGEST_TITLE or not title.isprintable():
            raise InvalidRequest(f"a token's title has 1 to {LONGEST_TITLE} printable characters")
        account_id = permit.account.account_id
        if len(await self._tokens.of(account_id)) >= MOST_TOKENS:
            raise InvalidRequest(f"there are {MOST_TOKENS} tokens already: revoke some")
        secret = random_secret(LENGTH)
        now, token_uuid = self._clock.now_ms(), str(uuid.uuid4())
        token = AppToken(
            uuid=token_uuid,
            account_id=account_id,
            title=title,
            token_hash=hash_of(secret),
            sealed_token=self._vault.seal(secret, _owner(token_uuid)),
            created_ms=now,
            expires_ms=None if self._lives_ms is None else now + self._lives_ms,
        )
        await self._tokens.add(token)
        return token, secret

    async def of(self, permit: AccountPermit, expiring_within_ms: int | None = None) -> list[AppToken]:
        """Return the user's tokens, newest first; those that expire within this time, if one is given."""
        found = await self._tokens.of(permit.account.account_id)
        if expiring_within_ms is None:
            return found
        return [token for token in found if self.expires_within(token, expiring_within_ms)]

    async def of_everybody(self, _: RegistryPermit, after: str, limit: int) -> list[tuple[AppToken, str]]:
        """Return at most ``limit`` tokens with the names of their users, by uuid after ``after``."""
        return await self._tokens.all(after, limit)

    def expires_within(self, token: AppToken, milliseconds: int) -> bool:
        """Tell whether a token ends within this time, or has ended."""
        return token.expires_ms is not None and token.expires_ms <= self._clock.now_ms() + milliseconds

    async def last_used(self, tokens: list[AppToken]) -> dict[str, int]:
        """Return by uuid when the tokens were last used (ms); those that never were are left out."""
        found = await self._uses.of(of_token(token.uuid) for token in tokens)
        return {t.uuid: found[of_token(t.uuid)] for t in tokens if of_token(t.uuid) in found}

    async def shown(self, permit: AccountPermit, token_uuid: str) -> tuple[AppToken, str]:
        """Return a token with its secret; raises NotFound."""
        token = await self._tokens.by_uuid(permit.account.account_id, token_uuid)
        if token is None:
            raise NotFound("there is no such token")
        return token, self._vault.open(token.sealed_token, _owner(token.uuid))

    async def revoke(self, permit: AccountPermit, token_uuid: str) -> None:
        """Revoke a token, and with it every registry token that was given for it; raises NotFound."""
        if not await self._tokens.remove(permit.account.account_id, token_uuid):
            raise NotFound("there is no such token")
        await self._uses.forget([of_token(token_uuid)])


def _owner(token_uuid: str) -> str:
    return f"app token:{token_uuid}"
