"""Whether the parts that a registry stands on work: asked with a time limit, and not more often than it helps.

A check is asked once at a time and its answer kept for seconds, so that a flood of questions costs the database and
the storage nothing. A check that hangs is not asked again before it has ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec

from charthouse.model.errors import RegistryError

Check = Callable[[], Awaitable[None]]
"""Returns when a part works, raises RegistryError that says what is wrong."""

LIMIT = 5.0
KEPT = 2.0
KEPT_FAILURE = 1.0


class _State(msgspec.Struct):
    """What is known of one part: ``problem`` ("": it works) until ``until``; ``asked``: since then."""

    problem: str = ""
    until: float = 0.0
    task: asyncio.Task[None] | None = None
    asked: float = 0.0


class Health:
    """Answers for parts by name. ``limit``: seconds until a part that does not answer counts as broken."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        limit: float = LIMIT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = checks
        self._limit = limit
        self._now = monotonic
        self._states = {name: _State() for name in checks}

    async def problems(self, names: Iterable[str]) -> dict[str, str]:
        """Return what is wrong with each of the parts, "" where nothing is."""
        asked = list(names)
        found = await asyncio.gather(*map(self._problem, asked))
        return dict(zip(asked, found, strict=True))

    async def _problem(self, name: str) -> str:
        state = self._states[name]
        if state.task is None:
            if self._now() < state.until:
                return state.problem
            state.asked = self._now()
            state.task = asyncio.create_task(self._ask(name, state))
        left = max(0.0, state.asked + self._limit - self._now())
        task = state.task
        done, _ = await asyncio.wait([task], timeout=left)
        return state.problem if done else f"no answer within {self._limit:g} seconds"

    async def _ask(self, name: str, state: _State) -> None:
        try:
            await self._checks[name]()
            state.problem = ""
        except RegistryError as error:
            state.problem = error.message
        except Exception as error:
            state.problem = f"the check failed ({type(error).__name__})"
        finally:
            state.until = self._now() + (KEPT_FAILURE if state.problem else KEPT)
            state.task = None
