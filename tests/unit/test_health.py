"""Checks of parts: one at a time, within a limit, kept for a moment."""

from __future__ import annotations

import asyncio
import time

import pytest

from charthouse.model.errors import Unavailable
from charthouse.services.health import KEPT, KEPT_FAILURE, Health


class Part:
    """A part that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def check(self) -> None:
        self.asked += 1
        await self.open.wait()
        if self.error is not None:
            raise self.error


async def test_a_flood_of_questions_is_one_check() -> None:
    part = Part()
    health = Health({"part": part.check})
    answers = await asyncio.gather(*(health.problems(["part"]) for _ in range(200)))
    assert answers == [{"part": ""}] * 200
    assert part.asked == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Unavailable("gone"), "gone"),
        (RuntimeError("postgres://u:secret@db"), "the check failed (RuntimeError)"),
    ],
)
async def test_what_is_wrong_is_told_without_secrets(error: Exception, told: str) -> None:
    part = Part()
    part.error = error
    assert await Health({"part": part.check}).problems(["part"]) == {"part": told}


async def test_answers_are_kept_for_a_moment() -> None:
    now = 1000.0
    part = Part()
    health = Health({"part": part.check}, monotonic=lambda: now)
    await health.problems(["part"])
    now += KEPT - 0.1
    await health.problems(["part"])
    assert part.asked == 1
    now += 0.2
    part.error = Unavailable("gone")
    assert await health.problems(["part"]) == {"part": "gone"}
    now += KEPT_FAILURE + 0.1
    part.error = None
    assert await health.problems(["part"]) == {"part": ""}
    assert part.asked == 3


async def test_a_check_that_hangs_is_told_in_time_and_not_asked_again() -> None:
    part = Part()
    part.open.clear()
    health = Health({"part": part.check}, limit=0.05)
    started = time.monotonic()
    for _ in range(3):
        found = await health.problems(["part"])
        assert "no answer" in found["part"]
    assert part.asked == 1
    assert time.monotonic() - started < 2
    part.open.set()
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    assert await health.problems(["part"]) == {"part": ""}
    assert part.asked == 1
