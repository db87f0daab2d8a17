"""A version of a chart as JSON: Chart.yaml with what an index adds to it, as Helm's ``ChartVersion`` has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from charthouse.model.digests import Digest, hex_of
from charthouse.ports.charts import Chart

_summary = msgspec.json.Decoder(dict[str, msgspec.Raw])


def rendered(chart: Chart) -> bytes:
    """Return a chart as a JSON object."""
    facts = chart.facts
    created = datetime.fromtimestamp(chart.created_ms / 1000, UTC)
    version: dict[str, Any] = {
        **_summary.decode(facts.summary),
        "urls": [f"charts/{facts.name}-{facts.version}.tgz"],
        "created": created,
        "digest": hex_of(Digest(facts.package)),
    }
    return msgspec.json.encode(version)
