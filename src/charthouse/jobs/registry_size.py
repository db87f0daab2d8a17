"""The size of the registry, counted when a superuser has asked for it."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.services.superusers.size import SizeCounter


class RegistrySizeJob:
    """See ``runner.Job``."""

    name = "registry-size"
    interval = 15.0
    lease = 60.0

    def __init__(self, counter: SizeCounter) -> None:
        self._counter = counter

    async def run(self) -> Mapping[str, int]:
        """Count, if asked to."""
        return {"blobs": await self._counter.count_if_wanted()}
