"""Questions that share queries: none is answered by a query that began before it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from charthouse.engines.metadata.servers.batcher import Asked, Batcher, Channel, Question, Row
from charthouse.model.errors import Unavailable


class SlowChannel:
    """Answers each question with the number of queries begun before it, when told to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(self, question: Question, asked: Sequence[Asked]) -> Sequence[Row]:
        self._desk.begun.append([number for (number,) in asked])
        query = len(self._desk.begun)
        if self._desk.failures:
            raise self._desk.failures.pop()
        await self._desk.answer.wait()
        return [(query, number) for (number,) in asked]

    async def close(self) -> None:
        self._desk.closed += 1


class Desk:
    """Where all channels of a test meet."""

    def __init__(self) -> None:
        self.begun: list[list[int]] = []
        self.answer = asyncio.Event()
        self.failures: list[Exception] = []
        self.closed = 0

    async def connect(self) -> Channel:
        return SlowChannel(self)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_questions_gather_while_others_are_on_their_way(desk: Desk) -> None:
    batcher = Batcher(desk.connect)
    await batcher.open()
    await _settle()
    early = []
    for number in range(2):
        early.append(batcher.ask(Question.ACCESS, (number,)))
        await _settle()
    late = [batcher.ask(Question.ACCESS, (number,)) for number in range(2, 300)]
    await _settle()
    assert desk.begun == [[0], [1]]
    desk.answer.set()
    rows = await asyncio.gather(*early, *late)
    assert [number for _, number in rows] == list(range(300))
    assert [len(batch) for batch in desk.begun] == [1, 1, 128, 128, 42]
    assert min(query for query, _ in rows[2:]) == 3
    await batcher.close()
    assert desk.closed == 2


async def test_kinds_of_questions_take_turns(desk: Desk) -> None:
    batcher = Batcher(desk.connect)
    await batcher.open()
    asked = [batcher.ask(Question.ACCESS, (number,)) for number in range(1000)]
    contents = [batcher.ask(Question.CONTENT, (number,)) for number in range(1000, 1020)]
    desk.answer.set()
    await asyncio.gather(*asked, *contents)
    first_contents = next(n for n, batch in enumerate(desk.begun) if batch[0] >= 1000)
    assert first_contents <= 1
    assert max(len(batch) for batch in desk.begun if batch[0] >= 1000) == Question.CONTENT.most
    await batcher.close()


async def test_a_lost_connection_is_tried_once_more(desk: Desk) -> None:
    batcher = Batcher(desk.connect)
    await batcher.open()
    await _settle()
    connecting = []
    for number in range(2):
        connecting.append(batcher.ask(Question.ACCESS, (number,)))
        await _settle()
    desk.answer.set()
    await asyncio.gather(*connecting)
    desk.failures = [ConnectionResetError("gone")]
    assert (await batcher.ask(Question.ACCESS, (1,)))[1] == 1
    desk.failures = [ConnectionResetError("gone")] * 4
    with pytest.raises(Unavailable, match="does not answer"):
        await batcher.ask(Question.ACCESS, (1,))
    desk.failures = []
    assert (await batcher.ask(Question.ACCESS, (7,)))[1] == 7
    await batcher.close()


async def test_close_refuses_what_waits(desk: Desk) -> None:
    batcher = Batcher(desk.connect)
    await batcher.open()
    waiting = [batcher.ask(Question.ACCESS, (number,)) for number in range(300)]
    await _settle()
    await batcher.close()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    with pytest.raises(Unavailable):
        batcher.ask(Question.ACCESS, (1,))
