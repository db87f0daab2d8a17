"""A clock that tests move."""

from __future__ import annotations


class ManualClock:
    """Wall time that stands still until it is told to move (ports.clock.Clock)."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        return self._now_ms

    def advance(self, seconds: float) -> None:
        self._now_ms += round(seconds * 1000)
