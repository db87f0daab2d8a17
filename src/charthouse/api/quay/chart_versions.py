"""The charts of a repository: the list of versions, one whole, and two compared."""

from __future__ import annotations

from typing import Any

from fastapi import Query, Request
from typing_extensions import TypedDict

from charthouse.ports.charts import TaggedChart
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import LARGEST_PAGE, ChartDocuments
from charthouse.services.charts.search import metadata_of

from .chart_views import ChartHead, ProblemView, chart_head, plain, problems_of
from .dates import iso8601
from .endpoints import Endpoints
from .guard import permit_of

_LAST_PAGE = 10**6


class ChartVersionView(TypedDict):
    """A chart under a tag; ``indexed``: the repository's index.yaml shows it. ``size`` is the package's in bytes."""

    tag: str
    indexed: bool
    name: str
    version: str
    app_version: str
    description: str
    type: str
    icon: str
    deprecated: bool
    digest: str
    package: str
    size: int
    signed: bool
    created: str
    state: str
    problems: list[ProblemView]


class ChartVersionsView(TypedDict):
    """A page of charts, the version first that Helm takes when none is named."""

    versions: list[ChartVersionView]
    page: int
    has_additional: bool


class ChartView(ChartHead):
    """A chart whole. ``package`` and ``provenance`` are digests of blobs ("": none); ``chart_yaml`` is Chart.yaml."""

    package: str
    size: int
    provenance: str
    created: str
    chart_yaml: dict[str, Any]
    api_version: str
    type: str
    app_version: str
    description: str
    home: str
    icon: str
    sources: list[str]
    keywords: list[str]
    maintainers: list[dict[str, Any]]
    kube_version: str
    deprecated: bool
    license: str
    annotations: dict[str, str]
    artifact_hub: dict[str, Any] | None
    dependencies: list[dict[str, Any]]
    lock: dict[str, Any] | None
    images: list[dict[str, Any]]
    counts: dict[str, int]
    truncated: list[str]


class ComparisonView(TypedDict):
    """What changed from ``before`` to ``after``; what is equal is left out, and null is a text that did not change.

    ``truncated`` names parts of which not everything is told.
    """

    before: ChartHead
    after: ChartHead
    metadata: list[dict[str, Any]]
    values: list[dict[str, Any]]
    schema: list[dict[str, Any]]
    dependencies: list[dict[str, Any]]
    images: list[dict[str, Any]]
    templates: list[dict[str, Any]]
    crds: list[dict[str, Any]]
    values_text: dict[str, Any] | None
    readme: dict[str, Any] | None
    truncated: list[str]


class ChartVersionHandlers:
    """Lists, shows and compares charts."""

    def __init__(self, documents: ChartDocuments) -> None:
        self._documents = documents

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.list_chart_versions": self.versions,
            "quay.get_chart": self.chart,
            "quay.compare_charts": self.compare,
        }

    async def versions(
        self,
        request: Request,
        page: int = Query(1, ge=1, le=_LAST_PAGE),
        limit: int = Query(50, ge=1, le=LARGEST_PAGE),
    ) -> ChartVersionsView:
        """Answer GET repository/{repository}/chart."""
        found, more = await self._documents.page(permit_of(request, RepositoryPermit), page, limit)
        return {"versions": [_version(one) for one in found], "page": page, "has_additional": more}

    async def chart(self, request: Request, version: str) -> ChartView:
        """Answer GET repository/{repository}/chart/{version}: a version, a tag, a digest, or ``latest``."""
        inside = await self._documents.inside(permit_of(request, RepositoryPermit), version)
        facts, reading = inside.chart.facts, inside.reading
        metadata = metadata_of(facts.summary)
        return {
            **chart_head(inside),
            "package": facts.package,
            "size": facts.package_size,
            "provenance": facts.provenance,
            "created": iso8601(inside.chart.created_ms),
            "chart_yaml": reading.chart_yaml,
            "api_version": metadata.api_version,
            "type": metadata.type or "application",
            "app_version": metadata.app_version,
            "description": metadata.description,
            "home": metadata.home,
            "icon": metadata.icon,
            "sources": metadata.sources,
            "keywords": metadata.keywords,
            "maintainers": plain(metadata.maintainers),
            "kube_version": metadata.kube_version,
            "deprecated": metadata.deprecated,
            "license": reading.license,
            "annotations": metadata.annotations,
            "artifact_hub": plain(reading.artifact_hub),
            "dependencies": plain(metadata.dependencies),
            "lock": plain(reading.lock),
            "images": plain(reading.images),
            "counts": {
                "values": len(reading.values),
                "templates": len(reading.templates),
                "crds": len(reading.crds),
                "files": reading.file_count,
            },
            "truncated": reading.truncated,
        }

    async def compare(self, request: Request, version: str, other: str) -> ComparisonView:
        """Answer GET repository/{repository}/chart/{version}/compare/{other}."""
        permit = permit_of(request, RepositoryPermit)
        found = await self._documents.comparison(permit, version, other)
        changes = found.comparison
        return {
            "before": chart_head(found.before),
            "after": chart_head(found.after),
            "metadata": plain(changes.metadata),
            "values": plain(changes.values),
            "schema": plain(changes.schema),
            "dependencies": plain(changes.dependencies),
            "images": plain(changes.images),
            "templates": plain(changes.templates),
            "crds": plain(changes.crds),
            "values_text": plain(changes.values_text),
            "readme": plain(changes.readme),
            "truncated": changes.truncated,
        }


def _version(found: TaggedChart) -> ChartVersionView:
    chart, facts = found.chart, found.chart.facts
    metadata = metadata_of(facts.summary)
    return {
        "tag": found.tag,
        "indexed": found.shown,
        "name": facts.name,
        "version": facts.version,
        "app_version": metadata.app_version,
        "description": metadata.description,
        "type": metadata.type or "application",
        "icon": metadata.icon,
        "deprecated": metadata.deprecated,
        "digest": chart.digest,
        "package": facts.package,
        "size": facts.package_size,
        "signed": bool(facts.provenance),
        "created": iso8601(chart.created_ms),
        "state": facts.state.value,
        "problems": problems_of(chart),
    }
