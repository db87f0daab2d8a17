"""What is inside of a version: values, their schema, templates and files, each with an address."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.responses import Response

from charthouse.helm.chart.facts import ChartReading, Text
from charthouse.model.errors import NotFound
from charthouse.model.names import parse_tag
from charthouse.ports.charts import Chart
from charthouse.ports.tags import TagLife
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.charts.documents import ChartDocuments, ChartInside
from charthouse.services.charts.search import metadata_of
from charthouse.services.registry.tags import TagService

from ..charts.highlighting import SHOWN, highlighted
from ..charts.kept import Rendered
from ..charts.schemas import rules
from ..charts.settings import settings
from ..rendering import HEADERS, Renderer
from ..visit import Page, Visit

_RAW = HEADERS | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}


class _Looked(msgspec.Struct, frozen=True):
    """The version that a page is about."""

    permit: RepositoryPermit
    life: TagLife
    inside: ChartInside

    @property
    def chart(self) -> Chart:
        return self.inside.chart

    @property
    def reading(self) -> ChartReading:
        return self.inside.reading


class ChartInsidePages:
    """Pages of what is inside; ``rendered`` is shared with the version's own page."""

    def __init__(
        self, renderer: Renderer, documents: ChartDocuments, tags: TagService, rendered: Rendered
    ) -> None:
        self._renderer = renderer
        self._documents = documents
        self._tags = tags
        self._rendered = rendered

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {
            "console.chart_values": self.values,
            "console.chart_schema": self.schema,
            "console.chart_templates": self.templates,
            "console.chart_files": self.files,
            "console.chart_raw": self.raw,
        }

    async def values(self, visit: Visit) -> Response:
        """Answer GET …/values: a table, or the file with ``?as=yaml``."""
        looked = await self._look(visit)
        text = looked.reading.values_text
        as_yaml = visit.field("as") == "yaml"
        words, number = visit.field("q"), visit.page_number()
        return self._page(
            visit,
            looked,
            "values",
            document=text,
            as_yaml=as_yaml,
            code=await self._code(looked, text) if as_yaml else "",
            words=words,
            number=number,
            settings=await asyncio.to_thread(settings, looked.reading.values, words, number),
        )

    async def schema(self, visit: Visit) -> Response:
        """Answer GET …/schema: a table, or the file with ``?as=json``."""
        looked = await self._look(visit)
        text = looked.reading.schema
        as_json = visit.field("as") == "json"
        return self._page(
            visit,
            looked,
            "schema",
            document=text,
            as_json=as_json,
            code=await self._code(looked, text) if as_json else "",
            rules=await asyncio.to_thread(rules, text.text)
            if text and not text.truncated and not as_json
            else [],
        )

    async def templates(self, visit: Visit) -> Response:
        """Answer GET …/templates: the list, and the one at ``?path=``, else the first."""
        looked = await self._look(visit)
        texts = [*looked.reading.templates, *looked.reading.crds]
        path = visit.field("path")
        text = next((one for one in texts if one.path == path or not path), None)
        if path and text is None:
            raise NotFound("the chart has no such template")
        code = await self._code(looked, text)
        return self._page(visit, looked, "templates", texts=texts, document=text, code=code, shown=SHOWN)

    async def files(self, visit: Visit) -> Response:
        """Answer GET …/files: the list, and the one at ``?path=``."""
        looked = await self._look(visit)
        path = visit.field("path")
        kept = _kept(looked.reading)
        if path and path not in kept and all(one.path != path for one in looked.reading.files):
            raise NotFound("the chart has no such file")
        text = kept.get(path)
        code = await self._code(looked, text)
        return self._page(
            visit, looked, "files", file=path, document=text, code=code, kept=kept.keys(), shown=SHOWN
        )

    async def raw(self, visit: Visit) -> Response:
        """Answer GET …/raw: a text to save, never a page."""
        looked = await self._look(visit)
        path = visit.field("path")
        text = _kept(looked.reading).get(path)
        if text is None or text.truncated:
            raise NotFound("no text is kept under this path: it is in the chart's package")
        name = "".join(c for c in path.rpartition("/")[2] if c.isascii() and (c.isalnum() or c in "._-"))
        headers = _RAW | {"Content-Disposition": f'attachment; filename="{name or "file"}"'}
        return Response(text.text, headers=headers, media_type="text/plain; charset=utf-8")

    async def _look(self, visit: Visit) -> _Looked:
        permit = visit.permit_of(RepositoryPermit)
        life = await self._tags.live(permit, parse_tag(visit.name("tag")))
        return _Looked(permit, life, await self._documents.inside(permit, life.digest))

    async def _code(self, looked: _Looked, text: Text | None) -> str:
        if text is None:
            return ""
        return await self._rendered.get(
            ("code", looked.chart.digest, text.path), lambda: highlighted(text.text, text.path)
        )

    def _page(self, visit: Visit, looked: _Looked, name: str, **values: Any) -> Response:
        return self._renderer.page(
            visit,
            f"charts/{name}.html",
            current=name,
            permit=looked.permit,
            life=looked.life,
            chart=looked.chart,
            metadata=metadata_of(looked.chart.facts.summary),
            reading=looked.reading,
            **values,
        )


def _kept(reading: ChartReading) -> dict[str, Text]:
    """Return the files whose texts are kept, by path."""
    single = (reading.readme, reading.values_text, reading.schema, reading.license_text)
    return {one.path: one for one in (*single, *reading.templates, *reading.crds) if one is not None}
