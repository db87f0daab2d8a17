"""A command on its way through the writer, and the answer to the task that waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Job:
    """A queued command and the future that waits for it."""

    __slots__ = ("call", "error", "future", "loop", "result")

    def __init__(self, call: Callable[[Any], Any]) -> None:
        self.call = call
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        """Tell the waiting task, on its own loop, unless it was cancelled."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def answer(batch: list[Job]) -> None:
    """Resolve the futures of a batch, with one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in batch:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve_all, jobs)


def _resolve_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.resolve()
