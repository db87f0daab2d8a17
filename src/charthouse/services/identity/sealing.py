"""Encrypted passwords: what Quay's clients may send instead of the password itself.

The password is sealed with AES-256-GCM under a key that only the registry has, bound to the account's name. It
is the password that is sealed, not a reference to the account, so that a directory (LDAP) can be asked with it.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16


class Sealer:
    """Seals and opens passwords under one key of ``KEY_BYTES`` bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def seal(self, password: str, name: str) -> str:
        """Return the encrypted password (base64) of the account ``name``; never the same twice."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, password.encode(), name.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, name: str) -> str | None:
        """Return the password that was sealed for ``name``; None when ``sealed`` is nothing of the kind."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) <= _NONCE_BYTES + _TAG_BYTES:
            return None
        try:
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode()).decode()
        except InvalidTag:
            return None
