"""Secrets that must be shown again (robot tokens, app tokens, client secrets), encrypted in the database.

AES-256-GCM under a key derived from ``DATABASE_SECRET_KEY`` (the embedded store keeps a key of its own beside it).
Each secret is bound to what it belongs to: whoever can write to the tables cannot put one in another's place.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from charthouse.model.errors import Unavailable

_NONCE_BYTES = 12


class Vault:
    """Seals and opens secrets under one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: str, owner: str) -> bytes:
        """Return the secret encrypted; ``owner`` names what it belongs to, such as ``robot:acme+ci``."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), owner.encode())

    def open(self, sealed: bytes, owner: str) -> str:
        """Return the secret that was sealed for ``owner``; raises Unavailable when this key did not seal it."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unavailable(
                f"the secret of {owner} cannot be decrypted: it was stored with another DATABASE_SECRET_KEY"
            ) from None
