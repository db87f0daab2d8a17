"""Texts as patterns of LIKE that mean themselves."""

from __future__ import annotations

ESCAPE = "!"


def literal(text: str) -> str:
    """Return the pattern that only ``text`` fits; name ESCAPE where it is used."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text


def containing(part: str, before: str = "%") -> str:
    """Return the pattern of lower-case names with ``part`` in them, after what the pattern ``before`` fits."""
    return f"{before}{literal(part.lower())}%"
