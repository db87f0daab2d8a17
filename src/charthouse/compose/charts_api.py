"""Charts as people and programs look at them: the search, and what is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charthouse.api.kit.front import PublicAddress
from charthouse.services.charts.search import ChartSearch, ChartSearchRules
from charthouse.telemetry.logs import FailureLog

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.api.hub.app import HubApi
    from charthouse.api.quay.endpoints import Handlers


def hub(registry: Registry, address: PublicAddress, failures: FailureLog) -> HubApi:
    """Return what answers ``helm search hub``."""
    from charthouse.api.hub.app import HubApi

    return HubApi(registry.authenticator, _search(registry), address, failures)


def chart_handlers(registry: Registry) -> tuple[Handlers, ...]:
    """Return the handlers with the services that they stand on."""
    from charthouse.api.quay.chart_parts import ChartPartHandlers
    from charthouse.api.quay.chart_search import ChartSearchHandlers
    from charthouse.api.quay.chart_signatures import ChartSignatureHandlers
    from charthouse.api.quay.chart_versions import ChartVersionHandlers

    documents = registry.chart_documents
    return (
        ChartSearchHandlers(_search(registry)),
        ChartVersionHandlers(documents),
        ChartPartHandlers(documents),
        ChartSignatureHandlers(documents, registry.signatures),
    )


def _search(registry: Registry) -> ChartSearch:
    settings = registry.settings
    rules = ChartSearchRules(
        page_size=settings.repositories.search_page,
        pages=settings.repositories.search_pages,
        anonymous=settings.anonymous_access,
    )
    return ChartSearch(registry.metadata.charts, registry.gate, rules)
