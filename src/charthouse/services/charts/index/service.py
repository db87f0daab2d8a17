"""Indexes for callers: each lists what its caller may read at this moment, and none is made twice."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from charthouse.model.permissions import Actor
from charthouse.ports.accounts import Accounts
from charthouse.ports.charts import ChartRepository, Charts
from charthouse.ports.clock import Clock
from charthouse.ports.reads import Change, ChangeKind
from charthouse.services.access.repositories import reads_everything
from charthouse.services.charts.levels import Levels
from charthouse.services.registry.caches import Caches
from charthouse.services.registry.reader import Reader

from .documents import LevelIndex, Member
from .repositories import RepositoryIndexes

_VIEWS = 4096
_DOCUMENTS = 256


class _View(msgspec.Struct, frozen=True):
    """What an account was shown of a level, while its credentials of ``epoch`` hold."""

    epoch: int
    index: LevelIndex


_Key = tuple[int, str, bool]
"""Account, level, and whether it reads everything."""


class ChartIndexes:
    """Finds the index of a level for a caller. One a process; not for several threads.

    With an embedded engine an index that was found is remembered until the change log says otherwise; a server
    database is asked every time, for a stamp a repository.
    """

    def __init__(
        self, charts: Charts, accounts: Accounts, reader: Reader, caches: Caches, clock: Clock, limit: int
    ) -> None:
        """``limit`` is how many bytes of compressed entries are kept."""
        self.levels = Levels(charts, accounts, reader)
        self._reader = reader
        self._clock = clock
        self.repositories = RepositoryIndexes(charts, limit)
        self.repositories.on_drop = self._forget
        self._views: dict[_Key, _View] = {}
        self._documents: OrderedDict[str, LevelIndex] = OrderedDict()
        self._levels: dict[int, str] = {}
        self._changes = 0
        caches.listeners.append(self._note)

    def peek(self, actor: Actor, level: str) -> LevelIndex | None:
        """Return an index from memory, else None: then ask ``find``. Waits for nothing."""
        if not self._views or actor.limits is not None or actor.scopes is not None:
            return None
        if not self._reader.catch_up():
            return None
        view = self._views.get((actor.account_id, level, reads_everything(actor)))
        if view is None or view.epoch != actor.epoch or view.index.expires_ms <= self._clock.now_ms():
            return None
        return view.index

    async def find(self, actor: Actor, level: str) -> LevelIndex:
        """Return the index of what the caller may read one segment below ``level``.

        It is empty for members of the namespace where nothing is. Raises Unauthorized to strangers without a login,
        and NotFound alike for what is missing and what is hidden to those with one.
        """
        known = self.peek(actor, level)
        if known is not None:
            return known
        embedded = self._reader.catch_up()
        changes = self._changes
        found = await self.levels.readable(actor, level)
        now = self._clock.now_ms()
        members = [Member(one.repository, await self.repositories.at(one, now)) for one in found]
        index = self._document(LevelIndex(members))
        if embedded and changes == self._changes and actor.limits is None and actor.scopes is None:
            self._remember(actor, level, found, index)
        return index

    def _document(self, made: LevelIndex) -> LevelIndex:
        """Return the one index of these contents, so that what was worked out for it is kept."""
        kept = self._documents.get(made.key)
        if kept is not None:
            self._documents.move_to_end(made.key)
            return kept
        self._documents[made.key] = made
        if len(self._documents) > _DOCUMENTS:
            self._documents.popitem(last=False)
        return made

    def _remember(self, actor: Actor, level: str, found: list[ChartRepository], index: LevelIndex) -> None:
        if len(self._views) >= _VIEWS:
            self._forget()
        self._levels.update((one.repository_id, level) for one in found)
        self._views[actor.account_id, level, reads_everything(actor)] = _View(actor.epoch, index)

    def _note(self, change: Change) -> None:
        """Forget what a change makes untrue."""
        match change.kind:
            case ChangeKind.CHART | ChangeKind.REPOSITORY:
                self._changes += 1
                self._forget_level(self._levels.get(change.subject))
            case ChangeKind.ACCOUNT:
                self._changes += 1
                self._views = {key: view for key, view in self._views.items() if key[0] != change.subject}
            case ChangeKind.EVERYTHING:
                self._changes += 1
                self._forget()
            case _:
                pass

    def _forget_level(self, level: str | None) -> None:
        """Forget a level; a repository that nobody was shown may be in any."""
        if level is None:
            self._forget()
        else:
            self._views = {key: view for key, view in self._views.items() if key[1] != level}
            self._documents.clear()

    def _forget(self) -> None:
        self._views.clear()
        self._levels.clear()
        self._documents.clear()
