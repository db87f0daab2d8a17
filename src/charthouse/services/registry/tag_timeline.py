"""What happened to tags, and what of it can be brought back until when."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from charthouse.model.digests import Digest
from charthouse.model.names import Tag, namespace_of
from charthouse.ports.accounts import Accounts
from charthouse.ports.clock import Clock
from charthouse.ports.tag_lists import ManifestFacts, TagEvent, TagEventQuery, TagLists
from charthouse.services.access.permits import RepositoryPermit

from .timemachine import TimeMachine


class Return(enum.StrEnum):
    """Whether what a tag pointed at can come back."""

    POSSIBLE = "possible"
    THERE = "there"
    """The tag points at it."""
    PASSED = "passed"
    """The time machine's window has passed: it may be collected at any moment."""
    COLLECTED = "collected"
    """It is gone."""
    NOTHING = "nothing"
    """The tag pointed at nothing before."""


class Restorable(msgspec.Struct, frozen=True):
    """What bringing ``digest`` back would do. ``until_ms`` None: as long as a tag points at it."""

    verdict: Return
    digest: str = ""
    until_ms: int | None = None


class Moment(msgspec.Struct, frozen=True):
    """What happened, and what of it can be undone."""

    event: TagEvent
    earlier: Restorable


class Timeline:
    """Tells the history of tags to those who hold a permit."""

    def __init__(self, lists: TagLists, accounts: Accounts, machine: TimeMachine, clock: Clock) -> None:
        self._lists = lists
        self._accounts = accounts
        self._machine = machine
        self._clock = clock

    async def page(
        self, permit: RepositoryPermit, *, name: str, number: int, limit: int
    ) -> tuple[list[Moment], bool]:
        """Return a page of what happened, newest first, and whether there is more; ``name`` "": to every tag."""
        if not name.isascii():
            return [], False
        repository_id, now = permit.repository_id, self._clock.now_ms()
        query = TagEventQuery(
            repository_id=repository_id,
            now_ms=now,
            name=name,
            offset=(number - 1) * limit,
            limit=limit + 1,
        )
        events = await self._lists.events(query)
        shown = events[:limit]
        wanted = [event.before for event in shown]
        names = sorted({event.name for event in shown})
        points = {str(life.name): life.digest for life in await self._lists.named(repository_id, names, now)}
        verdicts = await self._verdicts(permit, wanted)
        moments = [Moment(event, _earlier(event, points, verdicts)) for event in shown]
        return moments, len(events) > limit

    async def restorable(self, permit: RepositoryPermit, name: Tag, digest: Digest) -> Restorable:
        """Return what bringing it back to this tag would do."""
        now = self._clock.now_ms()
        lives = await self._lists.named(permit.repository_id, [name], now)
        if any(life.digest == digest for life in lives):
            return Restorable(Return.THERE, digest)
        return (await self._verdicts(permit, [digest]))[digest]

    async def kept_until_ms(self, permit: RepositoryPermit) -> int:
        """Return until when what is deleted now can be brought back."""
        return self._clock.now_ms() + await self._window_ms(permit)

    async def _verdicts(self, permit: RepositoryPermit, digests: list[Digest | str]) -> dict[str, Restorable]:
        wanted = sorted({digest for digest in digests if digest})
        if not wanted:
            return {}
        now, window = self._clock.now_ms(), await self._window_ms(permit)
        facts = await self._lists.facts(permit.repository_id, wanted, now)
        held = await self._lists.last_held(permit.repository_id, wanted, now)
        return {one: verdict_of(one, facts.get(one), held.get(one), now, window) for one in wanted}

    async def _window_ms(self, permit: RepositoryPermit) -> int:
        namespace = await self._accounts.by_name(namespace_of(permit.repository))
        return 0 if namespace is None else self._machine.window_of(namespace) * 1000


def verdict_of(
    digest: str, facts: ManifestFacts | None, held_ms: int | None, now: int, window: int
) -> Restorable:
    """Return whether a manifest can come back that a tag last held at ``held_ms``, and until when.

    ``facts`` None: it is not there any more.
    """
    if facts is None:
        return Restorable(Return.COLLECTED, digest)
    if facts.tags:
        return Restorable(Return.POSSIBLE, digest)
    until = (held_ms or 0) + window
    if until <= now:
        return Restorable(Return.PASSED, digest)
    return Restorable(Return.POSSIBLE, digest, until)


def _earlier(event: TagEvent, points: Mapping[str, Digest], verdicts: Mapping[str, Restorable]) -> Restorable:
    if not event.before:
        return Restorable(Return.NOTHING)
    if points.get(event.name) == event.before:
        return Restorable(Return.THERE, event.before)
    return verdicts[event.before]
