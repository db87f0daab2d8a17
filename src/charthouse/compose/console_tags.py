"""The console's pages about tags and what they point at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .registry import Registry

if TYPE_CHECKING:
    from charthouse.console.pages.charts import ChartPages
    from charthouse.console.rendering import Renderer
    from charthouse.console.visit import PageGroup


def tag_pages(registry: Registry, renderer: Renderer, charts: ChartPages) -> tuple[PageGroup, ...]:
    """Return the pages with the services that they stand on; ``charts`` shows the tags of charts."""
    from charthouse.console.pages.images import ImagePages
    from charthouse.console.pages.tags import TagPages

    images = ImagePages(renderer, registry.inspections, registry.labels)
    return (images, TagPages(renderer, registry.tags, images, charts))
