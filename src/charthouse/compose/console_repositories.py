"""The console's first page, search, and the pages of repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .people import search_of
from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.pages.chart_overview import ChartOverview
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


def repository_pages(registry: Registry, renderer: Renderer, charts: ChartOverview) -> tuple[PageGroup, ...]:
    """Return the pages with the services that they stand on."""
    from charthouse.console.descriptions import Descriptions
    from charthouse.console.pages.creation import CreationPages
    from charthouse.console.pages.home import HomePages
    from charthouse.console.pages.old_links import OldLinks
    from charthouse.console.pages.repositories import RepositoryPages
    from charthouse.console.pages.repository_settings import RepositorySettingsPages
    from charthouse.console.pages.search import SearchPages

    descriptions = Descriptions()
    gate, listings, search = registry.gate, registry.listings, search_of(registry)
    repositories = RepositoryPages(renderer, gate, listings, registry.tag_shelf, charts, descriptions)
    return (
        HomePages(renderer, gate, listings, registry.users, registry.sessions),
        SearchPages(renderer, gate, listings, search),
        CreationPages(renderer, gate, registry.users, registry.administration),
        RepositorySettingsPages(
            renderer,
            gate,
            search,
            listings,
            registry.administration,
            registry.sharing,
            registry.immutability,
            registry.chart_policies,
            descriptions,
            immutable=registry.tags.rules.immutable,
        ),
        repositories,
        OldLinks(gate, repositories.namespace),
    )
