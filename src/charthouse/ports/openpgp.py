"""OpenPGP: reading certificates (public keys), and checking clear-signed texts with them.

All of it comes from strangers, so an engine answers in bounded time and memory, whatever it is given.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

LARGEST_KEYRING = 256 * 1024
"""Bytes of certificates that are read at once, armored or not."""
LARGEST_SIGNED_TEXT = 1024**2


class Certificate(msgspec.Struct, frozen=True):
    """A public key with its subkeys and names. ``fingerprint`` in upper case; ``content`` is its binary form.

    ``expires_ms`` None: never. ``revoked``: by its own word, for any reason and from any day on.
    """

    fingerprint: str
    user_ids: tuple[str, ...]
    created_ms: int
    expires_ms: int | None
    revoked: bool
    content: bytes


class State(enum.StrEnum):
    """What a signature proves."""

    VALID = "valid"
    """A key that is trusted has signed what is there."""
    UNKNOWN = "unknown"
    """No key that is trusted has signed it, but one that nobody here knows."""
    BROKEN = "broken"
    """It claims what is not so, or was made by a key that is not to be trusted any more."""


class Signer(msgspec.Struct, frozen=True):
    """Who made a valid signature: the certificate, the key or subkey of it that was used, and when."""

    fingerprint: str
    key: str
    user_ids: tuple[str, ...]
    signed_ms: int


class Verdict(msgspec.Struct, frozen=True):
    """What the signatures of a text prove together; a broken one spoils the others.

    ``issuers`` are fingerprints or key ids that unknown signatures name, unproved. ``text`` is what was signed, of a
    valid one only, and ``until_ms`` when that ends by itself.
    """

    state: State
    signers: tuple[Signer, ...] = ()
    issuers: tuple[str, ...] = ()
    reason: str = ""
    text: bytes = b""
    until_ms: int | None = None


class OpenPgp(Protocol):
    """Reads and checks. All may raise Unavailable."""

    async def read_certificates(self, keyring: bytes) -> list[Certificate]:
        """Return the certificates in bytes, armored or binary.

        Raises InvalidRequest for what is none, is too large or too tangled, has a private key in it, or
        holds a certificate whose own signatures nobody should believe (SHA-1).
        """

    async def verify(self, signed: bytes, certificates: Sequence[bytes], now_ms: int) -> Verdict:
        """Check a clear-signed text (RFC 9580, section 7) with binary certificates; what is no such text is broken."""

    async def armored(self, certificates: Sequence[bytes]) -> str:
        """Return binary certificates as one armored block."""

    async def close(self) -> None:
        """End whatever is under way; nothing may follow."""
