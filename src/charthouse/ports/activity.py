"""When accounts and tokens were last used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class LastUseLog(Protocol):
    """Times in milliseconds by subject: ``account:<id>``, ``token:<uuid>``, ``session:<uuid>``. All may raise Unavailable."""

    async def record(self, uses: Mapping[str, int]) -> None:
        """Keep the later of what is known and what is told, for each subject."""

    async def of(self, subjects: Sequence[str]) -> dict[str, int]:
        """Return when these were last used; those never seen are left out."""

    async def forget(self, subjects: Sequence[str]) -> None:
        """Drop what is known of subjects that are no more."""

    async def forget_older(self, prefix: str, before_ms: int) -> int:
        """Drop what is known of subjects that begin so and were last used before then; returns how many."""
