"""Collection, at short intervals: each turn takes what nothing needs since the last."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from charthouse.services.collection import Collector


class CollectionJob:
    """See ``runner.Job``; ``interval`` is ``GARBAGE_COLLECTION_FREQUENCY``."""

    name = "collection"
    lease = 60.0

    def __init__(self, collector: Collector, interval: float) -> None:
        self._collector = collector
        self.interval = interval

    async def run(self) -> Mapping[str, int]:
        """Collect."""
        done: dict[str, int] = msgspec.structs.asdict(await self._collector.collect())
        return done
