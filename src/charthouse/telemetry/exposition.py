"""The Prometheus text of what a server counted (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from charthouse import __version__

from .requests import BUCKETS, Series


class _Families(Collector):
    def __init__(self, series: Iterable[Series]) -> None:
        self._series = series

    def collect(self) -> Iterator[Metric]:
        yield from families(self._series)


def families(series: Iterable[Series]) -> list[Metric]:
    """Return every metric family of ours, filled with ``series``."""
    requests = HistogramMetricFamily(
        "charthouse_request_duration_seconds",
        "Seconds from a request's headers to the end of the answer, by operation and status",
        labels=["operation", "status"],
    )
    bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
    for one in series:
        running = list(accumulate(one.counts))
        buckets = [(bound, float(count)) for bound, count in zip(bounds, running, strict=True)]
        requests.add_metric([one.operation, str(one.status)], buckets, one.seconds)
    build = GaugeMetricFamily(
        "charthouse_build_info", "1, labelled with the running version", labels=["version"]
    )
    build.add_metric([__version__], 1)
    return [requests, build]


def exposition(series: Iterable[Series]) -> bytes:
    """Return the metrics page."""
    registry = CollectorRegistry()
    registry.register(_Families(series))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
