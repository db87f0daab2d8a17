"""Repositories as they are listed and shown: each only to those who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Set

import msgspec

from charthouse.model.errors import InvalidRequest, NameUnknown, Unauthorized
from charthouse.model.kinds import Kind
from charthouse.model.names import is_namespace, namespace_of
from charthouse.model.permissions import Actor, ActorKind, Standing
from charthouse.ports.accounts import Account, Accounts
from charthouse.ports.clock import Clock
from charthouse.ports.overviews import (
    DayPulls,
    Holding,
    Order,
    Overview,
    OverviewPage,
    Overviews,
    PullDays,
    Summary,
    SummaryQuery,
    View,
)
from charthouse.ports.tags import TagLife, TagQuery, Tags
from charthouse.services.access.permits import AccountPermit, RepositoryPermit

PAGE = 100
"""Repositories a page."""
DAYS = 92
"""Days that pulls are told of: three months, today among them."""
DAY_MS = 86_400_000
RECENT_TAGS = 500
"""Tags that are shown with a repository."""

_SEES_ALL = frozenset({Standing.FULL_SUPERUSER, Standing.OBSERVER})


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which repositories to list: those of a namespace ("": of all), or the starred ones.

    ``public``: public ones too; otherwise those that the caller has a right to beyond that. ``popularity``: their
    pulls are wanted. They are greater than ``after``, by bytes of their names.
    """

    namespace: str = ""
    starred: bool = False
    public: bool = False
    popularity: bool = False
    after: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which repositories somebody chooses from: those of a namespace ("": of all), with a text and of a kind.

    ``view`` OWN, READABLE or STARRED; whoever stands above has all instead of the readable ones.
    """

    view: View = View.READABLE
    namespace: str = ""
    text: str = ""
    kind: Kind | None = None
    order: Order = Order.NAME
    page: int = 1
    size: int = 25


class Chosen(msgspec.Struct, frozen=True):
    """A repository to choose; ``pulls`` are those of the last ``DAYS``."""

    overview: Overview
    kind: Kind
    size: int
    pulls: int


class Listed(msgspec.Struct, frozen=True):
    """A repository in a list; ``pulls`` are those of the last ``DAYS``, None when nobody has asked."""

    overview: Overview
    pulls: int | None


class ListPage(msgspec.Struct, frozen=True):
    """A page of a list; others follow after ``more_after``, if it is not empty."""

    found: list[Listed]
    more_after: str


class Shown(msgspec.Struct, frozen=True):
    """A repository with whose namespace it is in."""

    overview: Overview
    namespace: Account


class Listings:
    """Lists and shows repositories. What is in ``public_namespaces`` is listed to all as if they asked for public."""

    def __init__(
        self,
        overviews: Overviews,
        pulls: PullDays,
        tags: Tags,
        accounts: Accounts,
        clock: Clock,
        public_namespaces: Set[str] = frozenset(),
    ) -> None:
        self._overviews = overviews
        self._pulls = pulls
        self._tags = tags
        self._accounts = accounts
        self._clock = clock
        self._public_namespaces = public_namespaces

    async def page(self, actor: Actor, query: ListQuery) -> ListPage:
        """Return a page of a list; raises InvalidRequest for a list of everything, Unauthorized for stars of nobody."""
        if not (query.namespace or query.starred or query.public):
            raise InvalidRequest("name a namespace, or ask for starred or public repositories")
        if query.starred and actor.kind is ActorKind.ANONYMOUS:
            raise Unauthorized("Requires authentication")
        if query.namespace and not is_namespace(query.namespace):
            return ListPage([], "")
        asked = OverviewPage(
            actor.account_id, self._view(actor, query), query.namespace, query.after, PAGE + 1
        )
        found = await self._overviews.page(asked)
        more_after = found[PAGE - 1].repository if len(found) > PAGE else ""
        found = found[:PAGE]
        pulls = await self._popularity(found) if query.popularity else {}
        return ListPage(
            [Listed(o, pulls.get(o.repository_id, 0) if query.popularity else None) for o in found],
            more_after,
        )

    async def choices(self, actor: Actor, choice: Choice) -> tuple[list[Chosen], bool]:
        """Return a page of repositories, and whether there are more."""
        if choice.namespace and not is_namespace(choice.namespace):
            return [], False
        above = choice.view is View.READABLE and actor.standing in _SEES_ALL
        query = SummaryQuery(
            account_id=actor.account_id,
            view=View.EVERYTHING if above else choice.view,
            namespace=choice.namespace,
            text=choice.text,
            kind=choice.kind,
            order=choice.order,
            offset=(choice.page - 1) * choice.size,
            limit=choice.size + 1,
        )
        found = await self._overviews.find(query)
        page = found[: choice.size]
        pulls = await self._popularity([summary.overview for summary in page])
        return [_chosen(summary, pulls) for summary in page], len(found) > choice.size

    async def chosen(self, permit: RepositoryPermit) -> Chosen:
        """Return the repository as a list shows it; raises NameUnknown when it has just been deleted."""
        found = await self._overviews.summary(permit.repository_id, permit.actor.account_id)
        if found is None:
            raise NameUnknown(f"there is no repository {permit.repository}")
        return _chosen(found, await self._popularity([found.overview]))

    async def holding(self, permit: RepositoryPermit) -> Holding:
        """Return what is lost with the repository."""
        return await self._overviews.holding(permit.repository_id)

    async def shown(self, permit: RepositoryPermit) -> Shown:
        """Return the repository; raises NameUnknown when it has just been deleted."""
        overview = await self._overviews.one(permit.repository_id, permit.actor.account_id)
        namespace = await self._accounts.by_name(namespace_of(permit.repository))
        if overview is None or namespace is None:
            raise NameUnknown(f"there is no repository {permit.repository}")
        return Shown(overview, namespace)

    async def recent_tags(self, permit: RepositoryPermit) -> list[TagLife]:
        """Return the tags, the last set first, ``RECENT_TAGS`` at most."""
        now = self._clock.now_ms()
        return await self._tags.lives(TagQuery(permit.repository_id, now, live=True, limit=RECENT_TAGS))

    async def pulls_by_day(self, permit: RepositoryPermit) -> list[DayPulls]:
        """Return the pulls of the last ``DAYS``, each day among them."""
        today = self._today()
        first = today - DAYS + 1
        found = {day.day: day.pulls for day in await self._pulls.days(permit.repository_id, first)}
        return [DayPulls(day, found.get(day, 0)) for day in range(first, today + 1)]

    async def star(self, owner: AccountPermit, permit: RepositoryPermit) -> None:
        """Star a repository that the caller may read."""
        await self._overviews.star(owner.account.account_id, permit.repository_id)

    async def unstar(self, owner: AccountPermit, repository: str) -> None:
        """Take a star back; quiet when there is none, whether there is such a repository or not."""
        await self._overviews.unstar(owner.account.account_id, repository)

    def _view(self, actor: Actor, query: ListQuery) -> View:
        if query.starred:
            return View.STARRED
        if query.namespace and actor.standing in _SEES_ALL:
            return View.EVERYTHING
        if query.public or query.namespace in self._public_namespaces:
            return View.READABLE
        return View.OWN

    async def _popularity(self, found: list[Overview]) -> dict[int, int]:
        return await self._pulls.totals([o.repository_id for o in found], self._today() - DAYS + 1)

    def _today(self) -> int:
        return self._clock.now_ms() // DAY_MS


def _chosen(summary: Summary, pulls: Mapping[int, int]) -> Chosen:
    overview = summary.overview
    return Chosen(overview, summary.kind, summary.size, pulls.get(overview.repository_id, 0))
