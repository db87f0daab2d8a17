"""Whole repositories of charts in and out: for commands."""

from __future__ import annotations

from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.services.charts.exporting import ChartExporter

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
