"""How many bytes the registry stores: counted by a job, never on the way of a request."""

from __future__ import annotations

import msgspec

from charthouse.ports.clock import Clock
from charthouse.ports.measurements import Measurement, Measurements
from charthouse.ports.totals import Totals
from charthouse.ports.upkeep import Collection
from charthouse.services.access.permits import RegistryPermit

_SIZE = "registry size"
_LINKED = "registry size, by repository"
_PROGRESS = "registry size, so far"
_AT_ONCE = 1000
_SILENT_MS = 60_000
"""Who counts says so more often than this."""


class RegistrySize(msgspec.Struct, frozen=True):
    """The size in bytes, each blob once, and when it was counted (None: never).

    ``linked`` has each blob once for every repository that holds it: what would be stored if nothing were shared.
    """

    size: int
    linked: int
    counted_ms: int | None
    queued: bool
    running: bool


class SizeCounter:
    """Tells and counts the size. All may raise Unavailable."""

    def __init__(self, measurements: Measurements, blobs: Collection, totals: Totals, clock: Clock) -> None:
        self._measurements = measurements
        self._blobs = blobs
        self._totals = totals
        self._clock = clock

    async def get(self, _: RegistryPermit) -> RegistrySize:
        """Return the size as it was counted last."""
        last = await self._measurements.get(_SIZE) or Measurement(_SIZE, 0, 0, wanted=False)
        linked = await self._measurements.get(_LINKED)
        so_far = await self._measurements.get(_PROGRESS)
        recent = so_far is not None and self._clock.now_ms() - so_far.at_ms < _SILENT_MS
        running = last.wanted and recent and so_far is not None and so_far.at_ms > last.at_ms
        return RegistrySize(
            size=last.value,
            linked=0 if linked is None else linked.value,
            counted_ms=last.at_ms or None,
            queued=last.wanted and not running,
            running=running,
        )

    async def queue(self, _: RegistryPermit) -> bool:
        """Ask for a new count; False when one is asked for already."""
        return await self._measurements.want(_SIZE)

    async def count_if_wanted(self) -> int:
        """Count if somebody has asked for it; returns how many blobs were counted."""
        asked = await self._measurements.get(_SIZE)
        if asked is None or not asked.wanted:
            return 0
        size = linked = count = last = 0
        while True:
            await self._measurements.keep(_PROGRESS, size, self._clock.now_ms())
            blobs = await self._blobs.blobs(last, _AT_ONCE)
            if not blobs:
                break
            size += sum(blob.size for blob in blobs)
            linked += await self._totals.linked_bytes(blobs[0].blob_id, blobs[-1].blob_id)
            count += len(blobs)
            last = blobs[-1].blob_id
        await self._measurements.keep(_LINKED, linked, self._clock.now_ms())
        await self._measurements.keep(_SIZE, size, self._clock.now_ms())
        return count
