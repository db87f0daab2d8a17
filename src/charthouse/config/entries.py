"""Configured values and mistakes, each with the place where it stands."""

from __future__ import annotations

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """A value and where it was found, for messages (``config.yaml:12``)."""

    value: Any
    place: str


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
