"""A chart as Monocular's JSON:API shows it. Source: Helm's ``internal/monocular`` (v3.22, v4.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from charthouse.ports.charts import FoundChart
from charthouse.services.charts.search import metadata_of


def chart_object(found: FoundChart, origin: str, host: str) -> dict[str, Any]:
    """Return a chart; ``origin`` is the address of this server, ``host`` its name for ``oci://``.

    ``packageUrl`` is what Helm prints, and what ``helm pull`` takes. Without it Helm would print the endpoint that it was
    given, a password in it included.
    """
    path, facts = found.repository, found.chart.facts
    level, _, name = path.rpartition("/")
    metadata = metadata_of(facts.summary)
    inside = f"{origin}/api/v1/repository/{path}/chart"
    version = f"{inside}/{quote(facts.version, safe='')}"
    repository = f"{origin}/charts/{level}"
    data = {
        "version": facts.version,
        "app_version": metadata.app_version,
        "created": datetime.fromtimestamp(found.chart.created_ms / 1000, UTC).isoformat(timespec="seconds"),
        "digest": facts.package.removeprefix("sha256:"),
        "urls": [f"{repository}/charts/{quote(f'{name}-{facts.version}.tgz')}"],
        "readme": f"{version}/readme",
        "values": f"{version}/values",
    }
    return {
        "id": path,
        "type": "chart",
        "artifactHub": {"packageUrl": f"oci://{host}/{path}"},
        "attributes": {
            "name": name,
            "repo": {"name": level, "url": repository},
            "description": metadata.description,
            "home": metadata.home,
            "keywords": metadata.keywords,
            "maintainers": msgspec.to_builtins(metadata.maintainers),
            "sources": metadata.sources,
            "icon": metadata.icon,
        },
        "links": {"self": f"{inside}/latest"},
        "relationships": {"latestChartVersion": {"data": data, "links": {"self": version}}},
    }
