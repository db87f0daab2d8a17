"""Noting uses: what is written, how often, and what a failure costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from charthouse.model.errors import Unavailable
from charthouse.services.identity.last_use import LastUses, of_account, of_token
from tests.support.clock import ManualClock


class MemoryLog:
    """A last-use log that can be out of reach."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.writes = 0
        self.reachable = True

    async def record(self, uses: Mapping[str, int]) -> None:
        if not self.reachable:
            raise Unavailable("the log does not answer")
        self.writes += 1
        self.rows |= uses

    async def of(self, subjects: Sequence[str]) -> dict[str, int]:
        return {subject: self.rows[subject] for subject in subjects if subject in self.rows}

    async def forget(self, subjects: Sequence[str]) -> None:
        for subject in subjects:
            self.rows.pop(subject, None)

    async def forget_older(self, prefix: str, before_ms: int) -> int:
        gone = [s for s, at_ms in self.rows.items() if s.startswith(prefix) and at_ms < before_ms]
        await self.forget(gone)
        return len(gone)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


async def test_uses_are_written_together(log: MemoryLog) -> None:
    clock = ManualClock()
    uses = LastUses(log, clock)
    for number in range(100):
        uses.note(of_account(number % 3))
    uses.note(of_token("a-b"))
    await uses.flush()
    now = clock.now_ms()
    assert log.rows == {"account:0": now, "account:1": now, "account:2": now, "token:a-b": now}
    assert log.writes == 1
    await uses.flush()
    assert log.writes == 1


async def test_a_use_is_not_written_again_before_the_threshold(log: MemoryLog) -> None:
    clock = ManualClock()
    uses = LastUses(log, clock, threshold_ms=60_000)
    uses.note("account:1")
    first = clock.now_ms()
    await uses.flush()
    clock.advance(59)
    uses.note("account:1")
    await uses.flush()
    assert log.rows == {"account:1": first}
    clock.advance(1)
    uses.note("account:1")
    await uses.flush()
    assert log.rows == {"account:1": first + 60_000}


async def test_what_is_not_written_yet_is_told(log: MemoryLog) -> None:
    clock = ManualClock()
    uses = LastUses(log, clock)
    uses.note("account:1")
    assert await uses.of(["account:1", "account:2"]) == {"account:1": clock.now_ms()}
    await uses.forget(["account:1"])
    assert await uses.of(["account:1"]) == {}
    await uses.flush()
    assert log.rows == {}


async def test_a_failure_loses_nothing(log: MemoryLog) -> None:
    clock = ManualClock()
    uses = LastUses(log, clock)
    log.reachable = False
    uses.note("account:1")
    with pytest.raises(Unavailable):
        await uses.flush()
    log.reachable = True
    await uses.stop()
    assert log.rows == {"account:1": clock.now_ms()}


async def test_nothing_is_noted_when_it_is_off(log: MemoryLog) -> None:
    uses = LastUses(log, ManualClock(), enabled=False)
    uses.note("account:1")
    uses.start()
    await uses.stop()
    assert log.rows == {}
