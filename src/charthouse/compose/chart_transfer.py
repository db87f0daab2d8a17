"""Whole repositories of charts in and out: for commands."""

from __future__ import annotations

from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.services.charts.exporting import ChartExporter
from charthouse.services.charts.following import Follower
from charthouse.services.charts.importing import ChartImporter

from .charts import publisher_of
from .registry import Registry


def chart_exporter(registry: Registry) -> ChartExporter:
    """Return what writes static repositories."""
    metadata = registry.metadata
    return ChartExporter(
        metadata.charts,
        metadata.repositories,
        registry.reader,
        registry.contents,
        registry.clock,
        make_hasher,
    )


def chart_importer(registry: Registry, *, force: bool) -> ChartImporter:
    """Return what takes repositories over; with ``force`` versions of another content are replaced."""
    publisher = publisher_of(registry, overwrite=force)
    return ChartImporter(registry.metadata.charts, publisher, registry.clock)


def chart_follower(registry: Registry) -> Follower:
    """Return what makes a level show what a directory holds."""
    importer = chart_importer(registry, force=True)
    return Follower(importer, registry.writer, registry.metadata.charts, registry.clock)
