"""What lists and pages show of repositories, beside their content; and who has starred them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

from charthouse.model.kinds import Kind
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import RepositoryState


class View(enum.Enum):
    """Which repositories a list may show to an account."""

    OWN = enum.auto()
    """Those that it may read by more than their being public."""
    READABLE = enum.auto()
    """Those and the public ones."""
    STARRED = enum.auto()
    """Those that it has starred, and may read."""
    EVERYTHING = enum.auto()
    """All, for those who stand above."""


class OverviewPage(msgspec.Struct, frozen=True):
    """A question for at most ``limit`` repositories by name, greater than ``after`` (by bytes).

    ``namespace`` "" is all of them. ``account_id`` is who asks (0: anonymous).
    """

    account_id: int
    view: View
    namespace: str
    after: str
    limit: int


class Overview(msgspec.Struct, frozen=True):
    """A repository as a list shows it. ``modified_ms`` is when a tag was last set; None: there is none."""

    repository_id: int
    repository: RepositoryName
    description: str
    public: bool
    state: RepositoryState
    modified_ms: int | None
    starred: bool


class Order(enum.Enum):
    """How repositories that were found are ordered; by name where all else is equal."""

    NAME = enum.auto()
    MODIFIED = enum.auto()
    """Those whose tags changed last come first; those without tags last."""
    MATCH = enum.auto()
    """Whose name is the text or ends with it, then whose name has it, then whose description has it."""


class SummaryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A question for ``limit`` repositories after the first ``offset``.

    ``namespace`` "" is all of them, ``text`` is in the name or the description in any case, ``kind`` None is any.
    """

    account_id: int
    view: View
    namespace: str = ""
    text: str = ""
    kind: Kind | None = None
    order: Order = Order.NAME
    offset: int = 0
    limit: int


class Summary(msgspec.Struct, frozen=True):
    """A repository as people choose from. ``kind``: a chart's as soon as it has one, else that of the newest tag,
    signatures of cosign left aside. ``size`` is that of its blobs in bytes."""

    overview: Overview
    kind: Kind
    size: int


class Holding(msgspec.Struct, frozen=True):
    """What is lost with a repository: its tags, and the bytes of its blobs."""

    tags: int
    size: int


class Overviews(Protocol):
    """Repositories as they are listed and shown."""

    async def find(self, query: SummaryQuery) -> list[Summary]:
        """Return a page of repositories."""

    async def summary(self, repository_id: int, account_id: int) -> Summary | None:
        """Return one repository, with the star of the account; None when it is gone."""

    async def holding(self, repository_id: int) -> Holding:
        """Return what the repository holds."""

    async def page(self, asked: OverviewPage) -> list[Overview]:
        """Return the repositories, by name."""

    async def one(self, repository_id: int, account_id: int) -> Overview | None:
        """Return one repository, with the star of the account; None when it is gone."""

    async def star(self, account_id: int, repository_id: int) -> None:
        """Star it; quiet when it is starred."""

    async def unstar(self, account_id: int, repository: str) -> None:
        """Take the star back; quiet when there is none."""


class DayPulls(msgspec.Struct, frozen=True):
    """Pulls of a repository on a day (days since the epoch, UTC)."""

    day: int
    pulls: int


class PullDays(Protocol):
    """Pulls by day."""

    async def days(self, repository_id: int, since_day: int) -> list[DayPulls]:
        """Return the days with pulls from ``since_day`` on, in order."""

    async def totals(self, repository_ids: Sequence[int], since_day: int) -> dict[int, int]:
        """Return the pulls of each of them from ``since_day`` on; those without any are left out."""

    async def forget_days(self, before_day: int, limit: int) -> int:
        """Drop at most ``limit`` counts of days before then; returns how many."""
