"""Signing keys in a shared table, where their private halves are readable only with DATABASE_SECRET_KEY.

Encryption is AES-256-GCM under a key derived from that secret (HKDF-SHA256, RFC 5869). The whole row is bound to
it: whoever can write to the table but lacks the secret can neither add a key nor change one.
"""

from __future__ import annotations

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from charthouse.ports.upkeep import SigningKey, SigningKeys

_NONCE_BYTES = 12


class SealedSigningKeys:
    """Wraps a keeper: what it is given is sealed, what it returns is opened."""

    def __init__(self, keeper: SigningKeys, database_secret_key: str) -> None:
        self._keeper = keeper
        self._cipher = AESGCM(derived_key(database_secret_key, "signing keys"))

    async def all(self) -> list[SigningKey]:
        """Return every key, newest first; raises ValueError for one that this secret did not seal."""
        return [self._open(key) for key in await self._keeper.all()]

    async def add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        """Keep a key; False, and no change, when one was created after ``unless_newer_than_ms``."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, key.private_key, _bound(key))
        return await self._keeper.add(msgspec.structs.replace(key, private_key=sealed), unless_newer_than_ms)

    async def remove_expired(self, now_ms: int) -> int:
        """Forget keys past ``expires_ms``; returns how many."""
        return await self._keeper.remove_expired(now_ms)

    def _open(self, key: SigningKey) -> SigningKey:
        nonce, sealed = key.private_key[:_NONCE_BYTES], key.private_key[_NONCE_BYTES:]
        try:
            opened = self._cipher.decrypt(nonce, sealed, _bound(key))
        except (InvalidTag, ValueError):
            raise ValueError(
                f"signing key {key.kid} can't be opened: DATABASE_SECRET_KEY must be the one it was made with"
            ) from None
        return msgspec.structs.replace(key, private_key=opened)


def derived_key(database_secret_key: str, purpose: str) -> bytes:
    """Return 32 bytes for one purpose; raises ValueError when there is no secret to derive them from."""
    if not database_secret_key:
        raise ValueError("DATABASE_SECRET_KEY must be set: a server database keeps secrets under it")
    return HKDF(
        algorithm=hashes.SHA256(), length=32, salt=None, info=f"charthouse {purpose}".encode()
    ).derive(database_secret_key.encode())


def _bound(key: SigningKey) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(key, private_key=b""))
