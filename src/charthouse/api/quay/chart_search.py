"""Finding charts, as repositories are found."""

from __future__ import annotations

from fastapi import Query, Request
from typing_extensions import TypedDict

from charthouse.ports.charts import FoundChart
from charthouse.services.charts.search import ChartSearch, metadata_of

from .dates import iso8601
from .endpoints import Endpoints
from .guard import caller_of


class FoundChartView(TypedDict):
    """A chart by the version that Helm takes when none is named."""

    repository: str
    name: str
    description: str
    version: str
    app_version: str
    deprecated: bool
    keywords: list[str]
    icon: str
    digest: str
    created: str


class FoundChartsView(TypedDict):
    """A page of charts."""

    results: list[FoundChartView]
    has_additional: bool
    page: int
    page_size: int
    start_index: int


class ChartSearchHandlers:
    """Finds charts."""

    def __init__(self, search: ChartSearch) -> None:
        self._search = search

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {"quay.find_charts": self.charts}

    async def charts(self, request: Request, query: str = "", page: int = Query(1, ge=1)) -> FoundChartsView:
        """Answer GET find/charts."""
        found = await self._search.page(caller_of(request).actor, query, page)
        return {
            "results": [_chart(one) for one in found.found],
            "has_additional": found.more,
            "page": found.page,
            "page_size": found.page_size,
            "start_index": (found.page - 1) * found.page_size,
        }


def _chart(found: FoundChart) -> FoundChartView:
    facts = found.chart.facts
    metadata = metadata_of(facts.summary)
    return {
        "repository": found.repository,
        "name": facts.name,
        "description": metadata.description,
        "version": facts.version,
        "app_version": metadata.app_version,
        "deprecated": metadata.deprecated,
        "keywords": metadata.keywords,
        "icon": metadata.icon,
        "digest": found.chart.digest,
        "created": iso8601(found.chart.created_ms),
    }
