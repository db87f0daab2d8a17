"""What is noted in memory reaches the store: by the interval, after a refusal, and at the end."""

from __future__ import annotations

import asyncio

from charthouse.model.errors import Unavailable
from charthouse.services.flushing import Flushes


class Notes:
    """Something that notes numbers, and writes them as the tests let it."""

    def __init__(self) -> None:
        self.noted = [1, 2]
        self.written: list[int] = []
        self.begun = asyncio.Event()
        self.let = asyncio.Event()
        self.refusals = 0

    async def flush(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("not now")
        noted, self.noted = self.noted, []
        self.begun.set()
        await self.let.wait()
        self.written += noted


async def test_a_flush_that_is_under_way_is_not_cut_off() -> None:
    notes = Notes()
    flushes = Flushes(notes.flush, 0.001)
    flushes.start()
    await notes.begun.wait()
    notes.noted.append(3)
    stopping = asyncio.create_task(flushes.stop())
    await asyncio.sleep(0)
    notes.let.set()
    await stopping
    assert notes.written == [1, 2, 3]


async def test_a_refusal_ends_nothing() -> None:
    notes = Notes()
    notes.refusals = 3
    notes.let.set()
    flushes = Flushes(notes.flush, 0.001)
    flushes.start()
    await asyncio.wait_for(notes.begun.wait(), 10)
    await flushes.stop()
    assert notes.written == [1, 2]


async def test_the_end_writes_what_never_began() -> None:
    notes = Notes()
    notes.let.set()
    await asyncio.wait_for(Flushes(notes.flush, 3600).stop(), 10)
    assert notes.written == [1, 2]


async def test_the_end_does_not_wait_for_the_interval() -> None:
    notes = Notes()
    notes.let.set()
    flushes = Flushes(notes.flush, 3600)
    flushes.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(flushes.stop(), 10)
    assert notes.written == [1, 2]
