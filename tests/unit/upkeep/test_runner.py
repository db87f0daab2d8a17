"""Turns of jobs: intervals, leases among replicas, failures, the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import pytest
import structlog.testing

from charthouse.engines.clock import SystemClock
from charthouse.jobs import runner as module
from charthouse.jobs.runner import Runner
from charthouse.model.errors import Unavailable
from tests.support.memory_upkeep import MemoryLeases


class Work:
    """A job that counts its turns."""

    name = "work"

    def __init__(self, *, interval: float = 0.05, lease: float = 1.0, takes: float = 0.0) -> None:
        self.interval = interval
        self.lease = lease
        self.takes = takes
        self.began = self.ended = 0
        self.errors: list[Exception] = []

    async def run(self) -> Mapping[str, int]:
        self.began += 1
        await asyncio.sleep(self.takes)
        if self.errors:
            raise self.errors.pop()
        self.ended += 1
        return {"things": self.began}


@pytest.fixture(autouse=True)
def no_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPREAD", 0.0)


async def run_for(seconds: float, *runners: Runner) -> None:
    stop = asyncio.Event()
    running = [asyncio.create_task(runner.run(stop)) for runner in runners]
    await asyncio.sleep(seconds)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*running), 5)


def runner(work: Work, leases: MemoryLeases, holder: str = "one") -> Runner:
    return Runner([work], leases, SystemClock(), holder)


async def test_a_job_has_a_turn_at_each_interval() -> None:
    work = Work()
    with structlog.testing.capture_logs() as logs:
        await run_for(0.33, runner(work, MemoryLeases()))
    assert 4 <= work.ended <= 8
    assert logs[0] == {"event": "job done", "job": "work", "things": 1, "log_level": "info"}


async def test_replicas_share_the_turns() -> None:
    leases, work = MemoryLeases(), Work(interval=0.1)
    await run_for(0.45, *(runner(work, leases, holder) for holder in ("one", "two", "three")))
    assert 3 <= work.ended <= 6


async def test_a_restart_waits_for_the_next_turn() -> None:
    leases, work = MemoryLeases(), Work(interval=600.0)
    await run_for(0.1, runner(work, leases))
    await run_for(0.1, runner(work, leases, "after the restart"))
    assert work.ended == 1


async def test_another_replica_goes_on_when_the_holder_died() -> None:
    leases, work = MemoryLeases(), Work()
    now = SystemClock().now_ms()
    await leases.acquire("work", "the dead", now, now + 150)
    await run_for(0.1, runner(work, leases))
    assert work.ended == 0
    await run_for(0.3, runner(work, leases))
    assert work.ended > 0


async def test_a_failure_is_logged_and_the_next_turn_comes() -> None:
    work = Work()
    work.errors = [Unavailable("the database has gone away"), ValueError("a bug")]
    with structlog.testing.capture_logs() as logs:
        await run_for(0.3, runner(work, MemoryLeases()))
    assert work.ended >= 1
    assert [log["log_level"] for log in logs[:2]] == ["error", "warning"]
    assert logs[1]["error"] == "the database has gone away"


async def test_leases_that_do_not_answer_end_nothing() -> None:
    class Away(MemoryLeases):
        async def acquire(self, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
            raise Unavailable("the database has gone away")

    work = Work()
    with structlog.testing.capture_logs() as logs:
        await run_for(0.2, runner(work, Away()))
    assert work.began == 0
    assert len(logs) >= 2


async def test_the_end_interrupts_a_job_and_gives_its_lease_back() -> None:
    leases, work = MemoryLeases(), Work(takes=600.0)
    began = time.monotonic()
    await run_for(0.1, runner(work, leases))
    assert time.monotonic() - began < 2
    assert (work.began, work.ended, leases.held) == (1, 0, {})


async def test_a_long_job_keeps_its_lease() -> None:
    leases, work = MemoryLeases(), Work(interval=10.0, lease=0.09, takes=0.4)
    await run_for(0.6, runner(work, leases), runner(work, leases, "two"))
    assert (work.began, work.ended) == (1, 1)


async def test_a_job_that_lost_its_lease_ends() -> None:
    leases, work = MemoryLeases(), Work(interval=10.0, lease=0.09, takes=600.0)

    async def steal() -> None:
        await asyncio.sleep(0.05)
        leases.held["work"] = "two", SystemClock().now_ms() + 60_000

    with structlog.testing.capture_logs() as logs:
        await asyncio.gather(run_for(0.3, runner(work, leases)), steal())
    assert (work.began, work.ended) == (1, 0)
    assert "another replica" in logs[0]["error"]
    assert leases.held["work"][0] == "two"
