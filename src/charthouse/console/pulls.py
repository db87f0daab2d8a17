"""Pulls by day, as a drawing has them and as a table tells them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from charthouse.ports.overviews import DayPulls

HEIGHT = 40
_WEEK = 7
_DAY_MS = 86_400_000


class Bar(msgspec.Struct, frozen=True):
    """A day (since the epoch, UTC); ``height`` is at least one, so that the line is seen."""

    day: int
    pulls: int
    height: float


class Week(msgspec.Struct, frozen=True):
    """Seven days from ``first_ms`` on, or those that are left."""

    first_ms: int
    pulls: int


class PullsDrawn:
    """Days in a row, the last is today."""

    def __init__(self, days: Sequence[DayPulls]) -> None:
        self.highest = max((day.pulls for day in days), default=0)
        self.total = sum(day.pulls for day in days)
        scale = (HEIGHT - 1) / max(1, self.highest)
        self.bars = [Bar(one.day, one.pulls, round(1 + one.pulls * scale, 1)) for one in days]

    @property
    def weeks(self) -> list[Week]:
        """Return the weeks, the latest first."""
        bars = self.bars[::-1]
        weeks = [bars[start : start + _WEEK] for start in range(0, len(bars), _WEEK)]
        return [Week(week[-1].day * _DAY_MS, sum(bar.pulls for bar in week)) for week in weeks]
