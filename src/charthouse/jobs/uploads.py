"""Upload expiry, every hour: sessions that nobody goes on with."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from charthouse.services.leftovers import Leftovers


class UploadExpiryJob:
    """See ``runner.Job``."""

    name = "upload-expiry"
    interval = 3600.0
    lease = 300.0

    def __init__(self, leftovers: Leftovers) -> None:
        self._leftovers = leftovers

    async def run(self) -> Mapping[str, int]:
        """Drop them."""
        done: dict[str, int] = msgspec.structs.asdict(await self._leftovers.expire_uploads())
        return done
