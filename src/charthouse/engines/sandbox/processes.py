"""The sandbox: some warm children, and who waits for them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from charthouse.ports.sandbox import Crashed, OverBudget

from .children import Child, Orders

MIB = 1024**2


class SandboxRules(msgspec.Struct, frozen=True, kw_only=True):
    """How many work and wait, and when a child is replaced. Sizes in bytes."""

    children: int = 2
    waiting: int = 64
    """Requests that may wait for a child; a further one is refused at once."""
    longest_answer: int = 64 * MIB
    requests: int = 1000
    """After so many a child is replaced, so that nothing stays that one of them may have left behind."""
    growth: int = 64 * MIB
    """Memory beyond the first that a child may keep between requests."""
    idle_seconds: float = 300.0
    """After so long without work a child ends: it costs some ten megabytes."""


class ProcessSandbox:
    """See ``ports.sandbox.Sandbox``. Nothing is started before the first request."""

    def __init__(self, orders: Orders, rules: SandboxRules) -> None:
        self._orders = orders
        self._rules = rules
        self._turns = asyncio.Semaphore(rules.children)
        self._waiting = 0
        self._closed = False
        self._children: set[Child] = set()
        self._idle: list[tuple[Child, asyncio.TimerHandle]] = []
        self._ends: set[asyncio.Task[None]] = set()

    async def run(self, request: bytes, deadline_s: float) -> bytes:
        """See the port."""
        try:
            async with asyncio.timeout(deadline_s), self._turn(), self._child() as child:
                return await child.ask(request, math.ceil(deadline_s) + 1)
        except TimeoutError:
            raise OverBudget(f"it takes longer than {deadline_s:g} seconds") from None

    async def close(self) -> None:
        """See the port."""
        self._closed = True
        for child in self._children:
            child.kill()
        for _ in range(self._rules.children):  # until the last request has been told
            await self._turns.acquire()
        while self._idle:
            self._end(self._taken())
        await asyncio.gather(*self._ends)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= self._rules.waiting:
            raise OverBudget("too many requests wait for their turn")
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[Child]:
        """Lend a child; it is kept only when it has answered, and has not grown old."""
        if self._closed:
            raise Crashed("the sandbox is closed")
        child = self._fit()
        try:
            if not child.answered:
                await child.ready()
            yield child
        except BaseException:
            self._end(child)
            raise
        if self._worn(child):
            self._end(child)
        else:
            later = asyncio.get_running_loop().call_later(self._rules.idle_seconds, self._retire, child)
            self._idle.append((child, later))

    def _fit(self) -> Child:
        """Return a child that waits for work, or a new one."""
        while self._idle:
            child = self._taken()
            if child.alive():
                return child
            self._end(child)
        child = Child.start(self._orders, self._rules.longest_answer)
        self._children.add(child)
        return child

    def _taken(self) -> Child:
        child, timer = self._idle.pop()
        timer.cancel()
        return child

    def _worn(self, child: Child) -> bool:
        grown = child.resident - child.first_resident
        return child.answered >= self._rules.requests or grown > self._rules.growth

    def _retire(self, child: Child) -> None:
        self._idle = [(other, timer) for other, timer in self._idle if other is not child]
        self._end(child)

    def _end(self, child: Child) -> None:
        """Kill a child now; it is waited for in a thread, since its memory takes time to give back."""
        self._children.remove(child)
        child.end()
        task = asyncio.create_task(asyncio.to_thread(child.reap))
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)
