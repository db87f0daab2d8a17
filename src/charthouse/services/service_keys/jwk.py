"""JSON Web Keys that services may have, and the tokens that they sign with them.

RSA of 2048 to 4096 bits for RS256, P-256 for ES256, and nothing else (RFC 7517, 7518). Of what is sent only the
parameters of the public key are kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from charthouse.model.errors import InvalidRequest, Unauthorized

LONGEST_TOKEN = 8192
_LONGEST_LIFE = 3660
"""Seconds from its use that a service's token may live on."""
_PARAMETERS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y")}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def public_jwk(sent: Any) -> dict[str, str]:
    """Return the public key in what was sent; raises InvalidRequest for any that is none, or too weak."""
    if not isinstance(sent, dict) or sent.get("kty") not in _PARAMETERS:
        raise InvalidRequest("send a JSON Web Key of type RSA or EC")
    if _PRIVATE & sent.keys():
        raise InvalidRequest("this key is private: make another one, and send its public half only")
    jwk = {name: sent.get(name) for name in _PARAMETERS[sent["kty"]]}
    if not all(isinstance(value, str) and len(value) <= 1024 for value in jwk.values()):
        raise InvalidRequest(f"the key needs {', '.join(jwk)}, as text")
    _load(jwk)
    return {name: str(value) for name, value in jwk.items()}


def thumbprint(jwk: dict[str, str]) -> str:
    """Return the key's SHA-256 thumbprint in hexadecimal digits (RFC 7638)."""
    return hashlib.sha256(msgspec.json.encode(jwk, order="sorted")).hexdigest()


async def new_key() -> tuple[dict[str, str], str, str]:
    """Return a new RSA key: its public half as JWK and as PEM, and its private half as PEM."""
    return await asyncio.to_thread(_new_key)


def signer_of(token: str) -> str:
    """Return the ``kid`` that a token names, "" for none, unverified; raises Unauthorized for what is no token."""
    if not token or len(token) > LONGEST_TOKEN:
        raise Unauthorized("send a token that the key has signed as Authorization: Bearer")
    try:
        kid = jwt.get_unverified_header(token).get("kid", "")
    except jwt.InvalidTokenError:
        raise Unauthorized("this is no signed token") from None
    return kid if isinstance(kid, str) else ""


def verify(token: str, jwk: dict[str, str], service: str, audiences: list[str], now_s: float) -> None:
    """Return when ``jwk`` has signed the token for this registry, in the name of ``service``; raises Unauthorized."""
    algorithm = "RS256" if jwk["kty"] == "RSA" else "ES256"
    try:
        claims = jwt.decode(
            token,
            _load(jwk),
            algorithms=[algorithm],
            audience=audiences,
            issuer=service,
            options={
                "require": ["exp", "iss", "aud"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        expires, begins = float(claims["exp"]), float(claims.get("nbf", 0))
    except (jwt.InvalidTokenError, TypeError, ValueError):
        raise Unauthorized(
            f"the token must be signed by the key, of issuer {service}, for the audience {audiences[0]}"
        ) from None
    if not now_s < expires <= now_s + _LONGEST_LIFE or begins > now_s + 60:
        raise Unauthorized(f"the token must be valid now, and for {_LONGEST_LIFE} seconds at most")


def _load(jwk: dict[str, Any]) -> PublicKey:
    try:
        algorithm = RSAAlgorithm if jwk["kty"] == "RSA" else ECAlgorithm
        match algorithm.from_jwk(jwk):
            case rsa.RSAPublicKey(key_size=bits) as key if 2048 <= bits <= 4096:
                return key
            case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()) as key:
                return key
    except (jwt.InvalidKeyError, ValueError, TypeError):
        pass
    raise InvalidRequest("the key must be RSA of 2048 to 4096 bits, or on the curve P-256")


def _new_key() -> tuple[dict[str, str], str, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key()
    jwk = RSAAlgorithm.to_jwk(public, as_dict=True)
    public_pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private_pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (
        public_jwk({name: jwk[name] for name in _PARAMETERS["RSA"]}),
        public_pem.decode(),
        private_pem.decode(),
    )
