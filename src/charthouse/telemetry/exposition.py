"""The Prometheus text of what a server counted (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from charthouse import __version__

from .requests import BUCKETS, Series


class _Requests(Collector):
    def __init__(self, series: Iterable[Series]) -> None:
        self._series = series

    def collect(self) -> Iterator[Metric]:
        family = HistogramMetricFamily(
            "charthouse_request_duration_seconds",
            "Seconds from the request's headers to the end of the answer",
            labels=["operation", "status"],
        )
        bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
        for series in self._series:
            running, buckets = 0, []
            for bound, count in zip(bounds, series.counts, strict=True):
                running += count
                buckets.append((bound, float(running)))
            family.add_metric([series.operation, str(series.status)], buckets, series.seconds)
        yield family
        build = GaugeMetricFamily("charthouse_build_info", "The running version", labels=["version"])
        build.add_metric([__version__], 1)
        yield build


def exposition(series: Iterable[Series]) -> bytes:
    """Return the metrics page."""
    registry = CollectorRegistry()
    registry.register(_Requests(series))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
