"""Uploads by ChartMuseum's API: packages, provenance files, or both."""

from __future__ import annotations

from pathlib import Path

from charthouse.api.kit.asgi import Reply, Request, json_reply
from charthouse.api.kit.warnings import warnings
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import Actor
from charthouse.services.charts.publishing import ChartPublisher

from .forms import CHART, PROVENANCE, posted
from .routes import Match

_SAVED = {"saved": True}


class UploadHandlers:
    """The routes that store charts. ``directory`` is where bodies lie until they are whole."""

    def __init__(self, publisher: ChartPublisher, directory: Path) -> None:
        self._publisher = publisher
        self._directory = directory

    async def charts(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer POST ``/charts/api/{level}/charts``."""
        force = _force(request)
        await self._publisher.admit(actor, at.level)
        told: tuple[str, ...] = ()
        async with posted(request, self._directory, self._publisher.rules.largest) as found:
            if found.chart is not None:
                provenance = None if found.provenance is None else await found.provenance.content()
                package, size = found.chart.content, found.chart.size
                told = await self._publisher.publish(
                    actor, at.level, package, provenance, size=size, force=force
                )
            elif found.provenance is not None:
                content = await found.provenance.content()
                await self._publisher.add_provenance(actor, at.level, content, force=force)
            else:
                fields = f"{CHART} and {PROVENANCE}"
                raise InvalidRequest(f"no package or provenance file found in form fields {fields}")
        return json_reply(201, _SAVED, warnings(told))

    async def provenance(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer POST ``/charts/api/{level}/prov``."""
        force = _force(request)
        await self._publisher.admit(actor, at.level)
        content = await request.body(self._publisher.rules.largest_provenance)
        await self._publisher.add_provenance(actor, at.level, content, force=force)
        return json_reply(201, _SAVED)


def _force(request: Request) -> bool:
    """Tell whether the query has ``force``, with whatever value, as ChartMuseum reads it."""
    return any(name == "force" for name, _ in request.query())
