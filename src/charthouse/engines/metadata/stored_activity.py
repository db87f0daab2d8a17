"""The port of what is noted with every use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import commands
from .executor import Executor


class StoredLastUseLog:
    """When accounts and tokens were last used, kept in tables."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def record(self, uses: Mapping[str, int]) -> None:
        """Keep the latest uses."""
        await self._activity.write(commands.activity.record, uses)

    async def of(self, subjects: Sequence[str]) -> dict[str, int]:
        """Return the latest uses."""
        return await self._activity.read(commands.activity.of, subjects)

    async def forget(self, subjects: Sequence[str]) -> None:
        """Drop what is known."""
        await self._activity.write(commands.activity.forget, subjects)

    async def forget_older(self, prefix: str, before_ms: int) -> int:
        """Drop what is known of what was used long ago."""
        return await self._activity.write(commands.activity.forget_older, prefix, before_ms)
