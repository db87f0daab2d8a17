"""The rhythm in which what is noted in memory is written: by an interval, and once more at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from charthouse.model.errors import RegistryError


class Flushes:
    """Calls ``flush`` every ``interval`` seconds; when it is refused, what it could not write waits for the next time."""

    def __init__(self, flush: Callable[[], Awaitable[None]], interval: float) -> None:
        self._flush = flush
        self._interval = interval
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, and write what is left, also when this never began. A flush under way is not cut off: it would lose."""
        self._ended.set()
        if self._task is not None:
            await self._task
        await self._try()

    async def _run(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), self._interval)
                return
            await self._try()

    async def _try(self) -> None:
        with contextlib.suppress(RegistryError):
            await self._flush()
