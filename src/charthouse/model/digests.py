"""Content digests: ``<algorithm>:<hex>``, for the registered algorithms sha256 and sha512.

Source: OCI Image Specification 1.1, descriptor.md, "Digests".
"""

from __future__ import annotations

import hashlib
import re
from typing import NewType

from .errors import DigestInvalid

Digest = NewType("Digest", str)

ALGORITHMS = ("sha256", "sha512")
CANONICAL = "sha256"

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}", re.ASCII)


def parse_digest(text: str) -> Digest:
    """Return ``text`` as a digest; raises DigestInvalid for anything outside the grammar."""
    if _DIGEST.fullmatch(text) is None:
        raise DigestInvalid(
            "a digest is sha256:<64 lower-case hex digits> or sha512:<128>", {"digest": text[:200]}
        )
    return Digest(text)


def parse_algorithm(text: str) -> str:
    """Return ``text`` if it names a supported algorithm; raises DigestInvalid."""
    if text not in ALGORITHMS:
        raise DigestInvalid(
            f"digest algorithm must be one of {', '.join(ALGORITHMS)}", {"algorithm": text[:64]}
        )
    return text


def digest_of(data: bytes, algorithm: str = CANONICAL) -> Digest:
    """Return the digest of ``data``."""
    return Digest(f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}")


def algorithm_of(digest: Digest) -> str:
    """Return the algorithm part of ``digest``."""
    return digest[:6]


def hex_of(digest: Digest) -> str:
    """Return the hexadecimal part of ``digest``."""
    return digest[7:]
