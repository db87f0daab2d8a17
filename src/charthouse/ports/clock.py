"""The time, so that tests can move it."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Wall time."""

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, UTC."""
