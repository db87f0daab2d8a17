"""What browsers call themselves, in words that people know them by."""

from __future__ import annotations

import re

_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that is found: most call themselves by the names of others too, which come later here."""
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_OTHER = re.compile(r"[\w.-]{1,40}")


def program_of(agent: str) -> str:
    """Return the name of a browser, of another program the first word, "" for nothing."""
    known = next((name for mark, name in _PROGRAMS if mark in agent), "")
    if known:
        return known
    first = _OTHER.match(agent)
    return first[0] if first else ""


def system_of(agent: str) -> str:
    """Return the name of the system that a browser runs on, "" for none that is known."""
    return next((name for mark, name in _SYSTEMS if mark in agent), "")
