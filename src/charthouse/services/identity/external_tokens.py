"""Tokens of other issuers: whether one of them really signed it, for now, and what it says.

Sources: RFC 7515, 7518, 7519; RFC 8725 (best current practices): the algorithm comes from a list of ours and must fit
the key, keys are the issuer's own and never taken from the token, every claim that counts is required and typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from charthouse.ports.clock import Clock
from charthouse.ports.issuers import IssuerUnusable, JsonWebKey

from .issuer_keys import IssuerKeys

if TYPE_CHECKING:
    import jwt

MAXIMUM_TOKEN = 16 * 1024
SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192
MOST_CANDIDATES = 8
_SKEW_SECONDS = 60
_LONGEST_MODULUS = LARGEST_RSA_BITS // 6 + 4
_LONGEST_EXPONENT = 8
"""Characters of base64: with a long exponent a check takes as long as signing, and everybody would wait."""

_KEYS: Mapping[str, tuple[str, frozenset[str]]] = {
    **{f"{family}{bits}": ("RSA", frozenset({""})) for family in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ("EC", frozenset({"P-256"})),
    "ES384": ("EC", frozenset({"P-384"})),
    "ES512": ("EC", frozenset({"P-521"})),
    "EdDSA": ("OKP", frozenset({"Ed25519", "Ed448"})),
}
"""The algorithms that are believed, with the type and the curves of their keys: neither ``none`` nor a shared secret."""

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


class ExternalTokenRefused(Exception):
    """A token that is not believed; the text tells operators why, and is not for the caller."""


class ExternalClaims(msgspec.Struct, frozen=True):
    """What a believed token says. ``values`` are all its claims."""

    issuer: str
    subject: str
    audiences: frozenset[str]
    expires_ms: int
    values: Mapping[str, Any]


class ExternalTokens:
    """Verifies tokens of other issuers."""

    def __init__(self, keys: IssuerKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def issuer_of(self, token: str) -> str:
        """Return whose token it claims to be, unverified: only to choose whose keys to check it by."""
        issuer = _unverified(token)[1].get("iss")
        if not isinstance(issuer, str):
            raise ExternalTokenRefused("it names no issuer")
        return issuer

    async def verify(self, token: str, issuer: str) -> ExternalClaims:
        """Return what a token of ``issuer`` says; raises ExternalTokenRefused."""
        import jwt

        header, _ = _unverified(token)
        algorithm, kid = header.get("alg"), header.get("kid", "")
        if (
            not isinstance(algorithm, str)
            or algorithm not in _KEYS
            or not isinstance(kid, str)
            or "crit" in header
        ):
            raise ExternalTokenRefused("its header asks for what is not supported")
        try:
            found = await self._keys.find(issuer, kid)
        except IssuerUnusable as error:
            raise ExternalTokenRefused(f"the keys of its issuer cannot be had: {error}") from error
        candidates = [key for key in found if _fits(key, algorithm)][:MOST_CANDIDATES]
        for key in candidates:
            try:
                public = jwt.PyJWK.from_dict(msgspec.to_builtins(key), algorithm)
                _require_strength(public)
                values = jwt.decode(token, public.key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
            except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
                continue
            return self._checked(values, issuer)
        raise ExternalTokenRefused("none of its issuer's keys has signed it")

    def _checked(self, values: dict[str, Any], issuer: str) -> ExternalClaims:
        now = self._clock.now_ms() / 1000
        if values.get("iss") != issuer:
            raise ExternalTokenRefused("its issuer is another")
        subject = values.get("sub")
        if not isinstance(subject, str) or not subject:
            raise ExternalTokenRefused("it names no subject")
        expires = _moment(values, "exp")
        if expires is None or now >= expires:
            raise ExternalTokenRefused("it has expired, or says not when it does")
        for name in ("nbf", "iat"):
            moment = _moment(values, name)
            if moment is not None and now + _SKEW_SECONDS < moment:
                raise ExternalTokenRefused("it is not valid yet: compare the clocks")
        return ExternalClaims(issuer, subject, _audiences(values.get("aud")), int(expires * 1000), values)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    import jwt

    if len(token) > MAXIMUM_TOKEN:
        raise ExternalTokenRefused("it is too long")
    try:
        parts = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise ExternalTokenRefused("it is no JSON Web Token") from None
    return parts["header"], parts["payload"]


def _fits(key: JsonWebKey, algorithm: str) -> bool:
    kind, curves = _KEYS[algorithm]
    quick = len(key.n) <= _LONGEST_MODULUS and len(key.e) <= _LONGEST_EXPONENT
    meant = key.use in ("", "sig") and key.alg in ("", algorithm)
    return key.kty == kind and key.crv in curves and quick and meant


def _require_strength(public: jwt.PyJWK) -> None:
    bits = getattr(public.key, "key_size", SMALLEST_RSA_BITS)
    if public.key_type == "RSA" and not SMALLEST_RSA_BITS <= bits <= LARGEST_RSA_BITS:
        raise ValueError("an RSA key of a size that is not believed")


def _moment(values: Mapping[str, Any], name: str) -> float | None:
    moment = values.get(name)
    if moment is None:
        return None
    if isinstance(moment, bool) or not isinstance(moment, int | float) or not math.isfinite(moment):
        raise ExternalTokenRefused(f"its {name} is no time")
    if not 0 <= moment < 1e11:
        raise ExternalTokenRefused(f"its {name} is no time")
    return float(moment)


def _audiences(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return frozenset(value)
    if value is None:
        return frozenset()
    raise ExternalTokenRefused("its audience is none")
