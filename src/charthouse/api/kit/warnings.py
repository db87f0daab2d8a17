"""``Warning`` headers: what whoever pushed should know of what was stored.

Source: OCI Distribution Specification 1.1 ("Warnings"), which takes them from RFC 7234 § 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence

from .asgi import Headers

_MOST = 20
_LONGEST = 300


def warnings(told: Sequence[str]) -> Headers:
    """Return what whoever pushed should know, as headers."""
    return [(b"warning", f'299 - "{_quotable(text)}"'.encode()) for text in told[:_MOST]]


def _quotable(text: str) -> str:
    """Return a text that may stand in a quoted string of a header (RFC 9110 § 5.6.4)."""
    plain = "".join(character if " " <= character <= "~" else "?" for character in text)
    return plain[:_LONGEST].replace("\\", "\\\\").replace('"', '\\"')
