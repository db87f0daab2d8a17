"""Keys of other issuers: kept for a while, asked for again when a key is new, never more often than is due.

A key belongs to the issuer that published it: it is looked up by issuer and ``kid`` together, and ``kid`` alone means
nothing. Who sends made-up tokens cannot make us ask an issuer more often than once in ``RENEW_MS``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from charthouse.ports.clock import Clock
from charthouse.ports.issuers import Issuers, IssuerUnusable, JsonWebKey

FRESH_MS = 10 * 60_000
"""Age from which keys are asked for again."""
STALE_MS = 60 * 60_000
"""Age up to which keys are still believed while their issuer does not answer."""
RENEW_MS = 30_000
"""Time between two questions for a key that is not known."""
RETRY_MS = 10_000
"""Time between two questions to an issuer that failed."""


class _Known:
    """What is known of one issuer."""

    def __init__(self) -> None:
        self.keys: Sequence[JsonWebKey] = ()
        self.fetched_ms: int | None = None
        self.asked_ms: int | None = None
        self.failure = ""
        self.question: asyncio.Task[None] | None = None


class IssuerKeys:
    """The keys of the last ``capacity`` issuers that were asked for."""

    def __init__(self, issuers: Issuers, clock: Clock, *, capacity: int = 256) -> None:
        self._issuers = issuers
        self._clock = clock
        self._capacity = capacity
        self._known: dict[str, _Known] = {}

    async def find(self, issuer: str, kid: str) -> list[JsonWebKey]:
        """Return the keys of this issuer and name (of any name for ""); raises IssuerUnusable.

        Several may share a name. None: the issuer has none by this name, or is not due to be asked.
        """
        known = self._entry(issuer)
        if self._age(known.fetched_ms) >= FRESH_MS:
            await self._ask(issuer, known)
        if self._age(known.fetched_ms) >= STALE_MS:
            raise IssuerUnusable(known.failure)
        if not _named(known, kid):
            await self._ask(issuer, known)
        return _named(known, kid)

    async def _ask(self, issuer: str, known: _Known) -> None:
        """Ask once for all who wait; not when the last question is too near."""
        if known.question is None:
            due = RETRY_MS if known.failure else RENEW_MS
            if self._age(known.asked_ms) < due:
                return
            known.asked_ms = self._clock.now_ms()
            known.question = asyncio.create_task(self._fetch(issuer, known))
        # Shielded: others may wait for the same answer when this caller goes away.
        await asyncio.shield(known.question)

    async def _fetch(self, issuer: str, known: _Known) -> None:
        try:
            known.keys = await self._issuers.keys(issuer)
            known.fetched_ms = self._clock.now_ms()
            known.failure = ""
        except IssuerUnusable as error:
            known.failure = str(error)
        finally:
            known.question = None

    def _entry(self, issuer: str) -> _Known:
        known = self._known.pop(issuer, None) or _Known()
        if len(self._known) >= self._capacity:
            del self._known[next(iter(self._known))]
        self._known[issuer] = known
        return known

    def _age(self, at_ms: int | None) -> float:
        return float("inf") if at_ms is None else self._clock.now_ms() - at_ms


def _named(known: _Known, kid: str) -> list[JsonWebKey]:
    return [key for key in known.keys if not kid or key.kid == kid]
