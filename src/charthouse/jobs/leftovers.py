"""Leftovers, once a day, since it lists the whole blob store: abandoned uploads and orphaned objects."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from charthouse.services.leftovers import Leftovers


class LeftoversJob:
    """See ``runner.Job``."""

    name = "leftovers"
    interval = 86_400.0
    lease = 300.0

    def __init__(self, leftovers: Leftovers) -> None:
        self._leftovers = leftovers

    async def run(self) -> Mapping[str, int]:
        """Tidy up the store."""
        done: dict[str, int] = msgspec.structs.asdict(await self._leftovers.tidy())
        return done
