"""Concurrent questions share a round trip: while one is on its way, those that come gather for the next.

Every answer comes from a query that began after its question was asked, so nothing is ever stale, and the cost
of a round trip is shared by all who wait. A lane is one connection with one query on its way.
"""

from __future__ import annotations

import asyncio
import enum
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from charthouse.model.errors import Unavailable

from .errors import Failure, classify, refusal

_LANES = 2
"""Queries on their way at once: while the database works on one, this process prepares the other."""
_SECONDS = 10.0
"""How long a query, or a connection, may take before the database counts as away."""

Asked = tuple[Any, ...]
Row = Sequence[Any]
_Waiting = tuple[Asked, asyncio.Future[Row]]


class Question(enum.Enum):
    """What can be asked, with the most that may share a query (contents are large)."""

    ACCESS = ("access", 128)
    MANIFEST_BY_TAG = ("manifest by tag", 128)
    MANIFEST_BY_DIGEST = ("manifest by digest", 128)
    BLOB = ("blob", 128)
    TAGS = ("tags", 16)
    CONTENT = ("content", 16)

    def __init__(self, words: str, most: int) -> None:
        self.words = words
        self.most = most


class Channel(Protocol):
    """A connection for hot questions alone."""

    async def ask(self, question: Question, asked: Sequence[Asked]) -> Sequence[Row]:
        """Return one row for each that is asked, in the same order."""

    async def close(self) -> None:
        """Disconnect; never raises."""


class Batcher:
    """Gathers questions and sends them by ``_LANES`` channels, which it opens and, when lost, opens anew."""

    def __init__(self, connect: Callable[[], Awaitable[Channel]]) -> None:
        self._connect = connect
        self._waiting: dict[Question, deque[_Waiting]] = {q: deque() for q in Question}
        self._turns = deque(Question)
        self._idle: list[asyncio.Future[None]] = []
        self._lanes: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Start the lanes; each connects when it has something to ask."""
        self._loop = asyncio.get_running_loop()
        self._lanes = [self._loop.create_task(self._run_lane()) for _ in range(_LANES)]

    async def close(self) -> None:
        """Refuse what waits, and disconnect."""
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
        for waiting in self._waiting.values():
            _refuse(waiting, Unavailable("the metadata store is closed"))
            waiting.clear()

    def ask(self, question: Question, asked: Asked) -> asyncio.Future[Row]:
        """Return the future row that answers."""
        if not self._lanes:
            raise Unavailable("the metadata store is not open")
        future: asyncio.Future[Row] = self._loop.create_future()
        self._waiting[question].append((asked, future))
        if self._idle:
            self._idle.pop().set_result(None)
        return future

    async def _run_lane(self) -> None:
        lane = _Lane(self._connect)
        try:
            while True:
                question, batch = self._next()
                if batch:
                    await lane.answer(question, batch)
                else:
                    wake = self._loop.create_future()
                    self._idle.append(wake)
                    await wake
        finally:
            await lane.close()

    def _next(self) -> tuple[Question, list[_Waiting]]:
        """Take what waits for one kind of question; the kinds take turns."""
        for _ in range(len(self._turns)):
            question = self._turns[0]
            self._turns.rotate(-1)
            waiting = self._waiting[question]
            if waiting:
                return question, [waiting.popleft() for _ in range(min(len(waiting), question.most))]
        return self._turns[0], []


class _Lane:
    """One channel, opened when needed."""

    def __init__(self, connect: Callable[[], Awaitable[Channel]]) -> None:
        self._connect = connect
        self._channel: Channel | None = None

    async def answer(self, question: Question, batch: list[_Waiting]) -> None:
        """Ask for a batch and resolve its futures."""
        try:
            rows = await self._ask(question, [asked for asked, _ in batch])
        except asyncio.CancelledError:
            _refuse(batch, Unavailable("the metadata store is closed"))
            raise
        except Exception as error:
            failure = classify(error)
            if failure is Failure.FAULT and len(batch) > 1:
                for one in batch:  # what cannot be asked must not fail its neighbours
                    await self.answer(question, [one])
            else:
                _refuse(batch, refusal(failure, error) or error)
        else:
            for (_, future), row in zip(batch, rows, strict=True):
                if not future.done():
                    future.set_result(row)

    async def close(self) -> None:
        """Disconnect."""
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    async def _ask(self, question: Question, asked: list[Asked]) -> Sequence[Row]:
        reused = self._channel is not None
        try:
            return await self._send(question, asked)
        except Exception as error:
            if classify(error) is not Failure.AWAY:
                raise
            await self.close()
            if not reused:
                raise
        return await self._send(question, asked)  # the server may have been restarted since the last time

    async def _send(self, question: Question, asked: list[Asked]) -> Sequence[Row]:
        async with asyncio.timeout(_SECONDS):
            if self._channel is None:
                self._channel = await self._connect()
            return await self._channel.ask(question, asked)


def _refuse(batch: Iterable[_Waiting], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
