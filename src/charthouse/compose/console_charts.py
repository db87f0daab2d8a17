"""The console's pages of charts, with the services that they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.pages.chart_overview import ChartOverview
    from charthouse.console.pages.charts import ChartPages
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


class ChartRoom:
    """Pages of charts: ``version`` is for the tags' pages, ``overview`` for the repositories', ``groups`` are their own."""

    def __init__(self, registry: Registry, renderer: Renderer) -> None:
        from charthouse.console.charts.here import Here
        from charthouse.console.charts.kept import Rendered
        from charthouse.console.charts.readmes import Readmes
        from charthouse.console.pages.chart_compare import ComparePages
        from charthouse.console.pages.chart_inside import ChartInsidePages
        from charthouse.console.pages.chart_overview import ChartOverview
        from charthouse.console.pages.charts import ChartPages

        documents, rendered = registry.chart_documents, Rendered()
        readmes = Readmes(rendered)
        self.version: ChartPages = ChartPages(
            renderer,
            documents,
            registry.signatures,
            registry.told_pulls,
            Here(registry.gate, registry.tags),
            readmes,
        )
        self.overview: ChartOverview = ChartOverview(
            documents, registry.signatures, registry.told_pulls, readmes
        )
        self.groups: tuple[PageGroup, ...] = (
            ChartInsidePages(renderer, documents, registry.tags, rendered),
            ComparePages(renderer, documents),
        )
