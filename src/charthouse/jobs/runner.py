"""Runs jobs at their intervals, each on one replica at a time.

A lease is the job's lock and its timetable: who takes it runs the job, extends it meanwhile, and holds it until
the next turn is due, so that replicas don't repeat each other's work and a restart doesn't either. A job that
failed has its next turn at its next interval; one that was interrupted gives the lease back at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from charthouse.model.errors import RegistryError, Unavailable
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import Leases

_POLL = 60.0  # seconds after which a replica looks again whether a lease is free
_SPREAD = 5.0  # seconds over which the first turns are spread
_STOP = 10.0  # seconds that running jobs have to end


class Job(Protocol):
    """One kind of work. ``interval`` and ``lease`` are seconds; the lease outlives any one step of the work."""

    @property
    def name(self) -> str:
        """Return the name of the job and its lease."""

    @property
    def interval(self) -> float:
        """Return how long after the beginning of one turn the next begins."""

    @property
    def lease(self) -> float:
        """Return how long a replica that died keeps others from going on."""

    async def run(self) -> Mapping[str, int]:
        """Do the work; returns what was done, for the log. May be cancelled, and run again from the start."""


class Runner:
    """Gives jobs their turns. ``holder`` names this process among all replicas."""

    def __init__(self, jobs: Sequence[Job], leases: Leases, clock: Clock, holder: str) -> None:
        self._jobs = jobs
        self._leases = leases
        self._clock = clock
        self._holder = holder
        self._log = structlog.get_logger()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end within seconds, whatever the jobs do."""
        tasks = [asyncio.create_task(self._repeat(job)) for job in self._jobs]
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_STOP)

    async def _repeat(self, job: Job) -> None:
        await asyncio.sleep(random.uniform(0, min(job.interval, _SPREAD)))  # noqa: S311 (spreads, hides nothing)
        while True:
            began = self._clock.now_ms()
            wait = job.interval
            try:
                if not await self._turn(job, began + round(job.interval * 1000)):
                    wait = min(job.interval, _POLL)
            except RegistryError as error:
                self._log.warning("job skipped", job=job.name, error=error.message)
            await asyncio.sleep(wait - (self._clock.now_ms() - began) / 1000)

    async def _turn(self, job: Job, due_ms: int) -> bool:
        """Run a job, unless another replica does or has done so since its last turn."""
        if not await self._extend(job):
            return False
        try:
            done = await self._run_leased(job)
        except asyncio.CancelledError:
            with contextlib.suppress(RegistryError):
                await self._leases.release(job.name, self._holder)
            raise
        except RegistryError as error:
            self._log.warning("job failed", job=job.name, error=error.message)
        except Exception:
            self._log.exception("job failed", job=job.name)
        else:
            if any(done.values()):
                self._log.info("job done", job=job.name, **done)
        await self._leases.acquire(job.name, self._holder, self._clock.now_ms(), due_ms)
        return True

    async def _run_leased(self, job: Job) -> Mapping[str, int]:
        """Run a job and extend its lease meanwhile; raises Unavailable when the lease was lost."""
        work = asyncio.ensure_future(job.run())
        try:
            while not (await asyncio.wait([work], timeout=job.lease / 3))[0]:
                if not await self._extend(job):
                    raise Unavailable("another replica has taken the lease: this one was held up too long")
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait([work])

    async def _extend(self, job: Job) -> bool:
        now = self._clock.now_ms()
        return await self._leases.acquire(job.name, self._holder, now, now + round(job.lease * 1000))
