"""Tokens: what is written into them, and the checks that all of it must pass to be believed.

A JWT (RFC 7519) as Docker's "Token Authentication Implementation" describes it, signed ES256, with five claims of
ours: ``account_id``, ``kind``, ``epoch`` and ``standing`` say whose it is, ``use`` says what it is for, so that a refresh token
never passes as a registry token or the other way round. Signature and key come first; every other claim is then
checked here, against our clock. A token's epoch is compared with the account's at each use, not here.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import ActorKind, Standing
from charthouse.ports.clock import Clock

from .keyring import ALGORITHM, KeyRing
from .scopes import Grant

if TYPE_CHECKING:
    import jwt

ISSUER = "charthouse"
MAXIMUM_TOKEN = 64 * 1024
_SKEW_SECONDS = 60

# Only the signature is the library's to check: times are read from our clock, the rest from typed claims.
_SIGNATURE_ONLY: jwt.types.Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Use(enum.StrEnum):
    """What a token may be presented for."""

    REGISTRY = "registry"
    REFRESH = "refresh"
    ROBOT = "robot"
    """A robot's, for as long as the token of another issuer would have lasted that it was exchanged for."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of a token. Times are seconds since the epoch; ``aud`` is the service it was asked for."""

    iss: str
    aud: str
    sub: str
    iat: int
    nbf: int
    exp: int
    jti: str
    access: tuple[Grant, ...]
    account_id: int
    kind: ActorKind
    epoch: int
    """The account's ``epoch``; in a refresh token its ``login_epoch``."""
    use: Use
    standing: Standing


class Tokens:
    """Writes and reads tokens. ``service`` is the only audience believed; "" believes any."""

    def __init__(self, keys: KeyRing, clock: Clock, *, service: str) -> None:
        self._keys = keys
        self._clock = clock
        self._service = service

    async def write(self, claims: Claims) -> str:
        """Return the signed token; raises Unavailable when no key can be had."""
        import jwt  # takes a quarter of the start otherwise

        key = await self._keys.signer()
        return jwt.encode(
            msgspec.to_builtins(claims), key.private, algorithm=ALGORITHM, headers={"kid": key.kid}
        )

    async def read(self, token: str, *uses: Use) -> Claims:
        """Return the claims of a token for one of ``uses``; raises Unauthorized for any that can't be believed."""
        import jwt

        if len(token) > MAXIMUM_TOKEN:
            raise Unauthorized("the token is too long to be one of this registry")
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
            key = await self._keys.verifier(kid) if isinstance(kid, str) else None
            if key is None:
                raise Unauthorized("the token was not signed by this registry: log in again")
            payload = jwt.decode(token, key, algorithms=[ALGORITHM], options=_SIGNATURE_ONLY)
            claims = msgspec.convert(payload, Claims)
        except (jwt.PyJWTError, msgspec.ValidationError, RecursionError):
            raise Unauthorized("the token is not one of this registry: log in again") from None
        self._check(claims, uses)
        return claims

    def _check(self, claims: Claims, uses: tuple[Use, ...]) -> None:
        now = self._clock.now_ms() // 1000
        if claims.use not in uses:
            raise Unauthorized(f"a {claims.use} token can't be used as a {uses[0]} token")
        if claims.iss != ISSUER or (self._service and claims.aud != self._service):
            raise Unauthorized(f"the token was issued for another service, {claims.aud[:200]!r}")
        if now >= claims.exp:
            raise Unauthorized("the token has expired: ask for a new one")
        if now + _SKEW_SECONDS < claims.nbf:
            raise Unauthorized("the token is not valid yet: compare the clocks of the registry's machines")
