"""Finding charts, each by the version that Helm takes when none is named. It tells only what the caller may read."""

from __future__ import annotations

import re

import msgspec

from charthouse.helm.chart.facts import Metadata
from charthouse.model.errors import InvalidRequest, Unauthorized
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.charts import ChartQuery, Charts, FoundChart
from charthouse.services.access.gate import Gate
from charthouse.services.access.repositories import may_list, sees_every_repository

from .words import asked_words

MOST_AT_ONCE = 500
LONGEST = 255
_STEP = 100
_LARGEST_ANSWER = 4 * 1024**2
"""Bytes of Chart.yaml after which no more charts are told at once: one may have a hundred kilobytes."""
_SPACES = re.compile(r"\s+")


class ChartSearchRules(msgspec.Struct, frozen=True, kw_only=True):
    """Settings. ``anonymous``: strangers may search."""

    page_size: int = 10
    pages: int = 10
    anonymous: bool = True


class ChartResults(msgspec.Struct, frozen=True):
    """A page of charts, counted from 1."""

    found: list[FoundChart]
    more: bool
    page: int
    page_size: int


class ChartSearch:
    """Finds charts by name, description, keywords, maintainers and app version."""

    def __init__(self, charts: Charts, gate: Gate, rules: ChartSearchRules) -> None:
        self._charts = charts
        self._gate = gate
        self._rules = rules

    async def page(self, actor: Actor, text: str, page: int) -> ChartResults:
        """Return a page of what ``text`` finds; raises Unauthorized and InvalidRequest."""
        size = self._rules.page_size
        if page > self._rules.pages:
            raise InvalidRequest(
                f"there are at most {self._rules.pages} pages: search for something narrower"
            )
        found = await self._find(actor, text, (page - 1) * size, size + 1)
        return ChartResults(found[:size], len(found) > size and page < self._rules.pages, page, size)

    async def all(self, actor: Actor, text: str) -> list[FoundChart]:
        """Return what ``text`` finds, the first MOST_AT_ONCE, or fewer that say much; raises Unauthorized."""
        found: list[FoundChart] = []
        size = 0
        while len(found) < MOST_AT_ONCE and size < _LARGEST_ANSWER:
            more = await self._find(actor, text, len(found), _STEP)
            found += more
            size += sum(len(one.chart.facts.summary) for one in more)
            if len(more) < _STEP:
                break
        return found

    async def _find(self, actor: Actor, text: str, offset: int, limit: int) -> list[FoundChart]:
        if actor.kind is not ActorKind.ANONYMOUS:
            await self._gate.account(actor)  # the credential may have ended since it was verified
        elif not self._rules.anonymous:
            raise Unauthorized("Anonymous access is not allowed: log in")
        typed = text.strip()[:LONGEST]
        words = asked_words(typed)
        if typed and not words:
            return []
        query = ChartQuery(
            words=words,
            text=_SPACES.sub("-", typed.casefold()),
            account_id=actor.account_id if may_list(actor) else 0,
            everything=sees_every_repository(actor),
            offset=offset,
            limit=limit,
        )
        return await self._charts.search(query)


def metadata_of(summary: str) -> Metadata:
    """Return the Chart.yaml that ``ChartFacts.summary`` holds, as far as Helm understands it."""
    return msgspec.json.decode(summary, type=Metadata)
