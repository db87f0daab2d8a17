"""Tag expiry, every half minute: tags whose date has come go to the history. Nobody could reach them any more."""

from __future__ import annotations

from collections.abc import Mapping

from charthouse.services.collection import Collector


class TagExpiryJob:
    """See ``runner.Job``."""

    name = "tag-expiry"
    interval = 30.0
    lease = 60.0

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    async def run(self) -> Mapping[str, int]:
        """Move them."""
        return {"tags": await self._collector.expire()}
