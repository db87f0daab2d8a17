"""Measurements: totals that take long to count, counted by a job when somebody has asked for them."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Measurement(msgspec.Struct, frozen=True):
    """A total and when it was counted; ``wanted``: somebody has asked for a new count since."""

    name: str
    value: int
    at_ms: int
    wanted: bool


class Measurements(Protocol):
    """Measurements by name. All may raise Unavailable."""

    async def get(self, name: str) -> Measurement | None:
        """Return the measurement; ``at_ms`` is 0 for one that was asked for and never counted."""

    async def want(self, name: str) -> bool:
        """Ask for a new count; False when one is asked for already."""

    async def keep(self, name: str, value: int, at_ms: int) -> None:
        """Keep a new count: nothing is asked for any more."""
