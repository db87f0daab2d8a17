"""Counts pulls without slowing them: added up in memory, written by the second."""

from __future__ import annotations

import asyncio
import contextlib

from charthouse.model.errors import RegistryError
from charthouse.ports.clock import Clock
from charthouse.ports.content import Pull, PullLog

INTERVAL = 1.0  # seconds of pulls that a crash may lose


class PullCounter:
    """Pulls by repository and reference. Mode ``off`` counts nothing, ``strict`` writes before each answer."""

    def __init__(self, log: PullLog, clock: Clock, mode: str) -> None:
        if mode not in {"off", "batched", "strict"}:
            raise ValueError(f"pull_log must be off, batched or strict, not {mode!r}")
        self.strict = mode == "strict"
        self.counting = mode == "batched"
        self._log = log
        self._clock = clock
        self._counts: dict[tuple[int, str], int] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, repository_id: int, reference: str) -> None:
        """Count one pull, to be written within a second."""
        key = (repository_id, reference)
        counts = self._counts
        counts[key] = counts.get(key, 0) + 1

    async def write_now(self, repository_id: int, reference: str) -> None:
        """Count one pull and return when it is written (strict mode)."""
        await self._log.record([Pull(repository_id, reference, 1, self._clock.now_ms())])

    def start(self) -> None:
        """Begin writing by the second."""
        if self.counting:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(RegistryError):
            await self.flush()

    async def flush(self) -> None:
        """Write what was counted so far; on failure it stays counted."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        now = self._clock.now_ms()
        try:
            await self._log.record([Pull(key[0], key[1], count, now) for key, count in counts.items()])
        except RegistryError:
            for key, count in counts.items():
                self._counts[key] = self._counts.get(key, 0) + count
            raise

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            with contextlib.suppress(RegistryError):
                await self.flush()
