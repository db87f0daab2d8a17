"""Opaque secrets and identifiers: random text that means nothing by itself, and how the store knows it.

A plain hash is enough: nobody can guess 40 random characters, so there is nothing for salt or work to slow down.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import uuid

_ALPHABET = string.ascii_uppercase + string.digits
ACCESS_TOKEN_LENGTH = 40


def random_secret(length: int) -> str:
    """Return ``length`` random capital letters and digits (5.17 bits each)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def uuid_in(text: str) -> str:
    """Return the uuid that ``text`` is, as it is kept; "", which finds nothing, when it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
