"""Texts of people beside names: which can be compared, and patterns of LIKE that mean themselves."""

from __future__ import annotations

ESCAPE = "!"


def comparable(*texts: str) -> bool:
    """Tell whether texts can be compared with names: PostgreSQL takes no NUL, MariaDB nothing but ASCII."""
    return all(text.isascii() and "\0" not in text for text in texts)


def literal(text: str) -> str:
    """Return the pattern that only ``text`` fits; name ESCAPE where it is used."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return text


def containing(part: str, before: str = "%") -> str:
    """Return the pattern of lower-case names with ``part`` in them, after what the pattern ``before`` fits."""
    return f"{before}{literal(part.lower())}%"
