"""Overviews of repositories, stars and pulls by day, kept in tables."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.overviews import DayPulls, Holding, Overview, OverviewPage, Summary, SummaryQuery

from . import commands
from .executor import Executor


class StoredOverviews:
    """Repositories as they are listed and shown."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def find(self, query: SummaryQuery) -> list[Summary]:
        """Return a page of repositories."""
        return await self._content.scan(commands.summaries.find, query)

    async def summary(self, repository_id: int, account_id: int) -> Summary | None:
        """Return one repository."""
        return await self._content.scan(commands.summaries.one, repository_id, account_id)

    async def holding(self, repository_id: int) -> Holding:
        """Return what a repository holds."""
        return await self._content.scan(commands.summaries.holding, repository_id)

    async def page(self, asked: OverviewPage) -> list[Overview]:
        """Return repositories by name."""
        return await self._content.scan(commands.overviews.page, asked)

    async def one(self, repository_id: int, account_id: int) -> Overview | None:
        """Return one repository."""
        return await self._content.read(commands.overviews.one, repository_id, account_id)

    async def star(self, account_id: int, repository_id: int) -> None:
        """Star a repository."""
        await self._content.write(commands.overviews.add_star, account_id, repository_id)

    async def unstar(self, account_id: int, repository: str) -> None:
        """Take a star back."""
        await self._content.write(commands.overviews.remove_star, account_id, repository)


class StoredPullDays:
    """Pulls by day."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def days(self, repository_id: int, since_day: int) -> list[DayPulls]:
        """Return the days with pulls."""
        return await self._activity.read(commands.pulls.days, repository_id, since_day)

    async def totals(self, repository_ids: Sequence[int], since_day: int) -> dict[int, int]:
        """Return the pulls of several repositories."""
        return await self._activity.read(commands.pulls.totals, repository_ids, since_day)

    async def forget_days(self, before_day: int, limit: int) -> int:
        """Drop counts of days long ago."""
        return await self._activity.write(commands.pulls.forget_days, before_day, limit)
