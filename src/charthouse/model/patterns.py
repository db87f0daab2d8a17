"""Patterns over tags, matched in time linear in the tag: nobody can write one that holds the registry up.

The engine is RE2, so there are no look-around and no back-references; all else is as in Python's ``re``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import re2

from .errors import InvalidRequest

LONGEST_PATTERN = 256
_MEMORY = 2 * 1024**2
"""Bytes that one compiled pattern may take."""


class Pattern(Protocol):
    """A compiled pattern."""

    def fullmatch(self, text: str) -> object | None:
        """Return something when all of ``text`` matches."""


def check_pattern(text: str) -> str:
    """Return ``text`` when it is a pattern; raises InvalidRequest that says what is wrong with it."""
    if not 1 <= len(text) <= LONGEST_PATTERN:
        raise InvalidRequest(f"a pattern has 1 to {LONGEST_PATTERN} characters")
    try:
        compiled(text)
    except (re2.error, ValueError) as error:
        reason = error.args[0] if error.args else ""
        told = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidRequest(f"not a pattern that can be matched in linear time (RE2): {told}") from None
    return text


@lru_cache(maxsize=1024)
def compiled(text: str) -> Pattern:
    """Return the pattern that ``check_pattern`` has let through."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    pattern: Pattern = re2.compile(text, options)
    return pattern
