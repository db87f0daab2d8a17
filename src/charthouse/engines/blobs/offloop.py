"""Runs an engine's blocking work (files, digests) in threads, so that the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_BATCH = 500
"""Rows fetched in one hop to a thread: a hop costs as much as some fifty of them."""


class Threads:
    """A bounded pool that belongs to one engine: most of its threads wait in fsync, not on the processor."""

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Return ``work(*arguments)``, called in a thread.

        A cancelled caller still waits for the thread to end: it uses the caller's buffer and descriptor, which
        must not be reused under its hands.
        """
        future = asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            while not future.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([future])
            raise

    async def iterate(self, rows: Iterator[T]) -> AsyncIterator[T]:
        """Yield ``rows``, fetched in threads a batch at a time."""

        def fetch() -> list[T]:
            return list(islice(rows, _BATCH))

        while batch := await self.run(fetch):
            for row in batch:
                yield row

    def close(self) -> None:
        """Take no more work; what runs ends by itself."""
        self._pool.shutdown(wait=False)
