"""The keys that sign tokens: made at first start, shared by all replicas, replaced in good time.

A key is made a day before it is needed, so that every replica has read it before it signs; it then signs until
it retires, and verifies until the last token it signed has ended. A key is trusted because it is in our store:
nothing that a token carries (``jwk``, ``jku``, ``x5c``) is ever looked at (CVE-2025-24976). Keys are ECDSA P-256,
for ES256 (RFC 7518 section 3.4) and nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from charthouse.model.errors import Unavailable
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import SigningKey, SigningKeys

ALGORITHM = "ES256"

_SIGNS_MS = 30 * 86_400_000
_ADVANCE_MS = 86_400_000
_RELOAD_MS = 10 * 60_000
_UNKNOWN_RELOAD_MS = 5_000


class LoadedKey(msgspec.Struct, frozen=True):
    """A key of the store, ready for use."""

    kid: str
    private: ec.EllipticCurvePrivateKey
    public: ec.EllipticCurvePublicKey
    created_ms: int
    retires_ms: int
    expires_ms: int


class KeyRing:
    """Knows the store's keys; ``token_seconds`` is the longest life of anything they sign."""

    def __init__(self, store: SigningKeys, clock: Clock, *, token_seconds: int) -> None:
        self._store = store
        self._clock = clock
        self._token_ms = token_seconds * 1000
        self._keys: dict[str, LoadedKey] = {}
        self._reload_at_ms = 0
        self._unknown_at_ms = 0
        self._loading = asyncio.Lock()

    async def signer(self) -> LoadedKey:
        """Return the key to sign with now, made if there is none; raises Unavailable."""
        await self._keep_fresh()
        signer = self._signer()
        if signer is None:
            raise Unavailable("no signing key can be had at this moment; try again")
        return signer

    async def verifier(self, kid: str) -> ec.EllipticCurvePublicKey | None:
        """Return the public key ``kid`` while it is valid, None for any other.

        An unknown ``kid`` may be another replica's new key: the store is asked, at most once in 5 seconds.
        """
        await self._keep_fresh()
        now = self._clock.now_ms()
        if kid not in self._keys and now >= self._unknown_at_ms:
            self._unknown_at_ms = now + _UNKNOWN_RELOAD_MS
            async with self._loading:
                await self._load()
        key = self._keys.get(kid)
        return key.public if key is not None and now < key.expires_ms else None

    async def _keep_fresh(self) -> None:
        if self._clock.now_ms() < self._reload_at_ms:
            return
        async with self._loading:
            now = self._clock.now_ms()
            if now < self._reload_at_ms:
                return
            try:
                await self._renew(now)
            except Unavailable:
                if self._signer() is None:
                    raise
                # What is loaded is still valid; ask again soon.
                self._reload_at_ms = now + _UNKNOWN_RELOAD_MS
            else:
                self._reload_at_ms = now + _RELOAD_MS

    async def _renew(self, now: int) -> None:
        await self._load()
        newest = max(self._keys.values(), key=lambda key: key.created_ms, default=None)
        if newest is not None and now < newest.retires_ms - _ADVANCE_MS:
            return
        await self._store.remove_expired(now)
        made = make_key(now, now + _SIGNS_MS, now + _SIGNS_MS + self._token_ms)
        # Of several replicas that come here at once, the first one's key is everyone's.
        await self._store.add(made, unless_newer_than_ms=0 if newest is None else newest.created_ms)
        await self._load()

    async def _load(self) -> None:
        self._keys = {key.kid: self._keys.get(key.kid) or load_key(key) for key in await self._store.all()}

    def _signer(self) -> LoadedKey | None:
        now = self._clock.now_ms()
        usable = (key for key in self._keys.values() if now < key.retires_ms)
        return min(usable, key=lambda key: key.created_ms, default=None)


def make_key(created_ms: int, retires_ms: int, expires_ms: int) -> SigningKey:
    """Return a new key; ``kid`` is the SHA-256 of its public half."""
    private = ec.generate_private_key(ec.SECP256R1())
    return SigningKey(
        kid=_kid(private.public_key()),
        public_key=private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        private_key=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        created_ms=created_ms,
        retires_ms=retires_ms,
        expires_ms=expires_ms,
    )


def load_key(key: SigningKey) -> LoadedKey:
    """Return a stored key ready for use; raises ValueError for one that is not what it says it is."""
    match serialization.load_pem_private_key(key.private_key, None):
        case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()) as private if (
            _kid(private.public_key()) == key.kid
        ):
            return LoadedKey(
                key.kid, private, private.public_key(), key.created_ms, key.retires_ms, key.expires_ms
            )
        case _:
            raise ValueError(f"signing key {key.kid} does not hold the P-256 key of that name")


def _kid(public: ec.EllipticCurvePublicKey) -> str:
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")
