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
    from charthouse.console.pages.histories import HistoryPages
    from charthouse.console.pages.images import ImagePages
    from charthouse.console.pages.tag_batches import TagBatches
    from charthouse.console.pages.tag_settings import TagSettings
    from charthouse.console.pages.tags import TagPages

    tags, shelf, timeline = registry.tags, registry.tag_shelf, registry.timeline
    images = ImagePages(renderer, registry.inspections, registry.labels)
    return (
        images,
        TagPages(renderer, tags, shelf, images, charts),
        TagBatches(renderer, tags, shelf, timeline),
        TagSettings(renderer, tags, shelf, timeline),
        HistoryPages(renderer, tags, shelf, timeline),
    )
