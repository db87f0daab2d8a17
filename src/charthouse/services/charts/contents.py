"""Templates and values of a version, for ChartMuseum's API."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import ChartReading, Text
from charthouse.helm.chart.yamls import load
from charthouse.model.errors import NotFound
from charthouse.model.permissions import Actor
from charthouse.ports.charts import Charts

from .catalogue import Catalogue
from .readings import unpack_document

_VALUES = "values.yaml"


class Templates(msgspec.Struct, frozen=True):
    """Templates by their paths in the chart, and what values.yaml means."""

    templates: list[Text]
    values: Any


class ChartContents:
    """Shows what is inside of the versions that a caller may read."""

    def __init__(self, catalogue: Catalogue, charts: Charts) -> None:
        self._catalogue = catalogue
        self._charts = charts
        self._turn = asyncio.Semaphore(1)

    async def templates(self, actor: Actor, level: str, name: str, version: str) -> Templates:
        """Return templates and values; raises NotFound, also when not all of it was kept."""
        reading = await self._reading(actor, level, name, version)
        for text in (*reading.templates, reading.values_text):
            _require_whole(text)
        if any(path.startswith("templates/") for path in reading.truncated):
            raise NotFound("not all templates of this chart are kept here: pull the package")
        return Templates(reading.templates, await self._values(reading.values_text))

    async def values(self, actor: Actor, level: str, name: str, version: str) -> str:
        """Return values.yaml; raises what ``templates`` does."""
        text = (await self._reading(actor, level, name, version)).values_text
        if text is None:
            raise NotFound("values.yaml not found")
        _require_whole(text)
        return text.text

    async def _reading(self, actor: Actor, level: str, name: str, version: str) -> ChartReading:
        chart = await self._catalogue.version(actor, level, name, version)
        document = await self._charts.document(chart.manifest_id)
        if document is None:
            raise NotFound("chart not found")
        async with self._turn:
            reading, _ = await asyncio.to_thread(unpack_document, document)
        return reading

    async def _values(self, text: Text | None) -> Any:
        """Return what values.yaml means, one at a time: it was within limits when the chart was pushed."""
        if text is None:
            return {}
        async with self._turn:
            try:
                return await asyncio.to_thread(load, text.text, _VALUES) or {}
            except ChartInvalid as error:
                raise NotFound(f"{error}: pull the package") from None


def _require_whole(text: Text | None) -> None:
    if text is not None and text.truncated:
        raise NotFound(f"only a part of {text.path} ({text.size} bytes) is kept here: pull the package")
