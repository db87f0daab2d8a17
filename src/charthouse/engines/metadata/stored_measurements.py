"""The port of measurements."""

from __future__ import annotations

from charthouse.ports.measurements import Measurement

from . import commands
from .executor import Executor


class StoredMeasurements:
    """Totals, kept in tables."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def get(self, name: str) -> Measurement | None:
        """Return a measurement."""
        return await self._activity.read(commands.measurements.get, name)

    async def want(self, name: str) -> bool:
        """Ask for a new count."""
        return await self._activity.write(commands.measurements.want, name)

    async def keep(self, name: str, value: int, at_ms: int) -> None:
        """Keep a new count."""
        await self._activity.write(commands.measurements.keep, name, value, at_ms)
