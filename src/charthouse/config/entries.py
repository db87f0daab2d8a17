"""Configured values and mistakes, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from .shapes import Path


class Entry(msgspec.Struct, frozen=True):
    """A value and where it was found, for messages (``config.yaml:12``)."""

    value: Any
    place: str
    line: int = 0
    """The line of the key in the file; 0: it does not come from the file."""
    within: Mapping[Path, int] = {}
    """The lines of the value's own parts."""

    def line_of(self, path: Path) -> int:
        """Return the line of a part of the value, or of what is nearest above it."""
        while path and path not in self.within:
            path = path[:-1]
        return self.within[path] if path else self.line

    def place_of(self, path: Path) -> str:
        """Return the place of a part of the value."""
        return f"{self.place.rpartition(':')[0]}:{self.line_of(path)}" if self.line else self.place


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where. ``key`` is "" when it concerns no key, ``line`` 0 outside of the file."""

    place: str
    message: str
    key: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ConfigError(ValueError):
    """The configuration can't be used; ``mistakes`` are all that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes
