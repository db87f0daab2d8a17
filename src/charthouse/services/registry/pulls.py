"""Counts pulls without slowing them: added up in memory, written by the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from charthouse.model.errors import RegistryError
from charthouse.model.names import is_digest
from charthouse.ports.clock import Clock
from charthouse.ports.content import Pull, PullLog
from charthouse.services.flushing import Flushes

INTERVAL = 1.0  # seconds of pulls that a crash may lose


class PullCounter:
    """Pulls by repository and reference. Mode ``off`` counts nothing, ``strict`` writes before each answer.

    A tag is pulled by each GET and HEAD of it, a manifest by each GET of it, by whatever name: most clients ask for the
    tag by HEAD and then get the digest, some get the tag at once, and either is one pull of both. A repository's
    pulls are those of its manifests.
    """

    def __init__(self, log: PullLog, clock: Clock, mode: str) -> None:
        if mode not in {"off", "batched", "strict"}:
            raise ValueError(f"pull_log must be off, batched or strict, not {mode!r}")
        self.strict = mode == "strict"
        self.counting = mode == "batched"
        self._log = log
        self._clock = clock
        self._counts: dict[tuple[int, str, str], int] = {}
        self._flushes = Flushes(self.flush, INTERVAL)

    def note(self, repository_id: int, reference: str, digest: str) -> None:
        """Count one pull, to be written within a second; ``digest`` is that of the bytes served, "" for a HEAD."""
        key = (repository_id, reference, digest)
        counts = self._counts
        counts[key] = counts.get(key, 0) + 1

    async def write_now(self, repository_id: int, reference: str, digest: str) -> None:
        """Count one pull and return when it is written (strict mode)."""
        await self._log.record(_by_reference({(repository_id, reference, digest): 1}, self._clock.now_ms()))

    def start(self) -> None:
        """Begin writing by the second."""
        if self.counting:
            self._flushes.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._flushes.stop()

    async def flush(self) -> None:
        """Write what was counted so far; on failure it stays counted."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            await self._log.record(_by_reference(counts, self._clock.now_ms()))
        except RegistryError:
            for key, count in counts.items():
                self._counts[key] = self._counts.get(key, 0) + count
            raise


def _by_reference(counts: Mapping[tuple[int, str, str], int], now_ms: int) -> list[Pull]:
    """Return what is added to each tag and each manifest."""
    totals: Counter[tuple[int, str]] = Counter()
    for (repository_id, reference, digest), count in counts.items():
        if not is_digest(reference):
            totals[repository_id, reference] += count
        if digest:
            totals[repository_id, digest] += count
    return [
        Pull(repository_id, name, count, now_ms, again=not is_digest(name))
        for (repository_id, name), count in totals.items()
    ]
