"""The purge, every minute: what deleted repositories and namespaces leave behind."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from charthouse.services.purge import Purger


class PurgeJob:
    """See ``runner.Job``."""

    name = "purge"
    interval = 60.0
    lease = 60.0

    def __init__(self, purger: Purger) -> None:
        self._purger = purger

    async def run(self) -> Mapping[str, int]:
        """Take it."""
        done: dict[str, int] = msgspec.structs.asdict(await self._purger.purge())
        return done
