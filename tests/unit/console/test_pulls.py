"""Pulls by day as a drawing and as a table."""

from __future__ import annotations

from charthouse.console.pulls import PullsDrawn, Week
from charthouse.ports.overviews import DayPulls


def test_bars_and_weeks() -> None:
    drawn = PullsDrawn([DayPulls(day, day) for day in range(10)])
    assert (drawn.total, drawn.highest) == (45, 9)
    assert [bar.height for bar in drawn.bars][::9] == [1, 40]
    assert drawn.weeks == [Week(3 * 86_400_000, 42), Week(0, 3)]


def test_nothing_is_a_flat_line() -> None:
    drawn = PullsDrawn([DayPulls(1, 0), DayPulls(2, 0)])
    assert [bar.height for bar in drawn.bars] == [1, 1]
    assert PullsDrawn([]).weeks == []
