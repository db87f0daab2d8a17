"""The parts of a chart, an address each: values, schema, README, templates, CRDs, files, dependencies, images."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request
from typing_extensions import TypedDict

from charthouse.helm.chart.facts import Text, Value
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments, ChartInside

from .chart_views import ChartHead, TextView, chart_head, optional_text, plain, text_view
from .endpoints import Endpoints
from .guard import permit_of


class ValueView(TypedDict):
    """A setting; ``key`` as ``--set`` takes it. ``truncated``: the default is too large to be shown."""

    key: str
    type: str
    default: Any
    description: str
    section: str
    required: bool
    truncated: bool
    line: int


class ValuesView(ChartHead):
    """values.yaml as it is (null: the chart has none), and its settings."""

    values: TextView | None
    rows: list[ValueView]


class SchemaView(ChartHead):
    """values.schema.json as it is (null: the chart has none), and read (null also when it is no JSON, or cut)."""

    text: TextView | None
    schema: Any


class ReadmeView(ChartHead):
    """The chart's README; null: it has none."""

    readme: TextView | None


class TemplatesView(ChartHead):
    """The chart's templates, its NOTES.txt among them."""

    templates: list[TextView]


class CrdsView(ChartHead):
    """The chart's custom resource definitions."""

    crds: list[TextView]


class FileView(TypedDict):
    """A file by its path below the chart's directory; bytes."""

    path: str
    size: int


class FilesView(ChartHead):
    """The chart's files; ``file_count`` counts those too whose names are not kept. Sizes are bytes."""

    files: list[FileView]
    file_count: int
    unpacked_size: int
    license: TextView | None


class DependenciesView(ChartHead):
    """What the chart asks for, what its lock says, and the charts that are packed inside."""

    dependencies: list[dict[str, Any]]
    lock: dict[str, Any] | None
    subcharts: list[dict[str, Any]]


class ImagesView(ChartHead):
    """Container images that the chart names; ``source``: ``annotation``, ``values`` or ``templates``."""

    images: list[dict[str, Any]]


class ChartPartHandlers:
    """Shows what is inside of a chart."""

    def __init__(self, documents: ChartDocuments) -> None:
        self._documents = documents

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
        return {
            "quay.chart_values": self.values,
            "quay.chart_schema": self.schema,
            "quay.chart_readme": self.readme,
            "quay.chart_templates": self.templates,
            "quay.chart_crds": self.crds,
            "quay.chart_files": self.files,
            "quay.chart_dependencies": self.dependencies,
            "quay.chart_images": self.images,
        }

    async def values(self, request: Request, version: str) -> ValuesView:
        """Answer GET repository/{repository}/chart/{version}/values."""
        inside = await self._inside(request, version)
        reading = inside.reading
        rows = [_value(value) for value in reading.values]
        return {**chart_head(inside), "values": optional_text(reading.values_text), "rows": rows}

    async def schema(self, request: Request, version: str) -> SchemaView:
        """Answer GET repository/{repository}/chart/{version}/schema."""
        inside = await self._inside(request, version)
        text = inside.reading.schema
        return {**chart_head(inside), "text": optional_text(text), "schema": _json(text)}

    async def readme(self, request: Request, version: str) -> ReadmeView:
        """Answer GET repository/{repository}/chart/{version}/readme."""
        inside = await self._inside(request, version)
        return {**chart_head(inside), "readme": optional_text(inside.reading.readme)}

    async def templates(self, request: Request, version: str) -> TemplatesView:
        """Answer GET repository/{repository}/chart/{version}/templates."""
        inside = await self._inside(request, version)
        texts = [text_view(text) for text in inside.reading.templates]
        return {**chart_head(inside), "templates": texts}

    async def crds(self, request: Request, version: str) -> CrdsView:
        """Answer GET repository/{repository}/chart/{version}/crds."""
        inside = await self._inside(request, version)
        return {**chart_head(inside), "crds": [text_view(text) for text in inside.reading.crds]}

    async def files(self, request: Request, version: str) -> FilesView:
        """Answer GET repository/{repository}/chart/{version}/files."""
        inside = await self._inside(request, version)
        reading = inside.reading
        return {
            **chart_head(inside),
            "files": [{"path": file.path, "size": file.size} for file in reading.files],
            "file_count": reading.file_count,
            "unpacked_size": reading.unpacked_size,
            "license": optional_text(reading.license_text),
        }

    async def dependencies(self, request: Request, version: str) -> DependenciesView:
        """Answer GET repository/{repository}/chart/{version}/dependencies."""
        inside = await self._inside(request, version)
        reading = inside.reading
        return {
            **chart_head(inside),
            "dependencies": plain(reading.metadata.dependencies),
            "lock": plain(reading.lock),
            "subcharts": plain(reading.subcharts),
        }

    async def images(self, request: Request, version: str) -> ImagesView:
        """Answer GET repository/{repository}/chart/{version}/images."""
        inside = await self._inside(request, version)
        return {**chart_head(inside), "images": plain(inside.reading.images)}

    async def _inside(self, request: Request, version: str) -> ChartInside:
        return await self._documents.inside(permit_of(request, RepositoryPermit), version)


def _value(value: Value) -> ValueView:
    return {
        "key": value.path,
        "type": value.type,
        "default": value.default,
        "description": value.description,
        "section": value.section,
        "required": value.required,
        "truncated": value.truncated,
        "line": value.line,
    }


def _json(text: Text | None) -> Any:
    if text is None or text.truncated:
        return None
    try:
        return msgspec.json.decode(text.text)
    except (msgspec.DecodeError, RecursionError):
        return None
