"""What was rendered, remembered: texts of charts never change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable

from markupsafe import Markup

_AT_ONCE = 2


class Rendered:
    """Renders in threads, some at a time, and remembers about ``memory`` characters of what came last."""

    def __init__(self, memory: int = 16 * 1024**2) -> None:
        self._memory = memory
        self._known: dict[Hashable, Markup] = {}
        self._size = 0
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def get(self, key: Hashable, render: Callable[[], Markup]) -> Markup:
        """Return what ``render`` makes; ``key`` says of what it makes it."""
        found = self._known.pop(key, None)
        if found is None:
            async with self._turn:
                found = self._known.pop(key, None) or await self._rendered(render)
        self._known[key] = found  # the last in the order of use
        while self._size > self._memory:
            self._size -= len(self._known.pop(next(iter(self._known))))
        return found

    async def _rendered(self, render: Callable[[], Markup]) -> Markup:
        found = await asyncio.to_thread(render)
        self._size += len(found)
        return found
