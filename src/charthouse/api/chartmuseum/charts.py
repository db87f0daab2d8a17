"""Charts as ChartMuseum's API shows them: by name and version, as JSON; and their deletion."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from charthouse.api.kit.asgi import Reply, Request, json_reply
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import Actor
from charthouse.ports.charts import Chart, ChartVersion
from charthouse.services.charts.catalogue import AT_ONCE, Catalogue

from .routes import Match
from .versions import rendered

_DELETED = {"deleted": True}
_JSON = [(b"content-type", b"application/json")]
_MOST_DIGITS = 9
_IN_LOOP = 256 * 1024
"""Bytes of JSON that are written in the event loop, within some milliseconds."""


class ChartHandlers:
    """The routes of charts and versions."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def list(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET ``/charts/api/{level}/charts``: an object of names, sent as it is read."""
        offset = _number(request, "offset", 0, "offset is not a valid non-negative integer")
        limit = _number(request, "limit", 1, "limit is not a valid positive integer")
        page = await self._catalogue.page(actor, at.level, offset or 0, limit)

        async def body() -> AsyncIterator[bytes]:
            separator = b"{"
            async for name, versions in page:
                yield b'%s"%s":' % (separator, name.encode())
                async for part in self._array(versions):
                    yield part
                separator = b","
            yield b"{}" if separator == b"{" else b"}"

        return Reply(200, _JSON, stream=body())

    async def show(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET and HEAD ``/charts/api/{level}/charts/{name}``."""
        versions = await self._catalogue.versions(actor, at.level, at.name)
        if len(versions) > AT_ONCE:
            head = request.method == "HEAD"
            return Reply(200, _JSON, head=head, stream=None if head else self._array(versions))
        return _json(request, b"".join([part async for part in self._array(versions)]))

    async def _array(self, versions: Sequence[ChartVersion]) -> AsyncIterator[bytes]:
        """Yield versions as a JSON array, some at a time: their memory is bounded however many there are."""
        separator = b"["
        for start in range(0, len(versions), AT_ONCE):
            charts = await self._catalogue.whole(versions[start : start + AT_ONCE])
            if charts:
                yield separator + await _rendered(charts)
                separator = b","
        yield b"[]" if separator == b"[" else b"]"

    async def show_version(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET and HEAD ``/charts/api/{level}/charts/{name}/{version}``."""
        return _json(request, rendered(await self._catalogue.version(actor, at.level, at.name, at.version)))

    async def delete(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer DELETE of a chart: all its versions."""
        await self._catalogue.delete_all(actor, at.level, at.name)
        return json_reply(200, _DELETED)

    async def delete_version(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer DELETE of a version."""
        await self._catalogue.delete(actor, at.level, at.name, at.version)
        return json_reply(200, _DELETED)


async def _rendered(charts: Sequence[Chart]) -> bytes:
    """Return charts as JSON with commas between; what is large is written beside the event loop."""

    def write() -> bytes:
        return b",".join(map(rendered, charts))

    size = sum(len(chart.facts.summary) for chart in charts)
    return write() if size <= _IN_LOOP else await asyncio.to_thread(write)


def _json(request: Request, body: bytes) -> Reply:
    headers = [*_JSON, (b"content-length", str(len(body)).encode())]
    return Reply(200, headers, body, head=request.method == "HEAD")


def _number(request: Request, name: str, least: int, refusal: str) -> int | None:
    """Return a number of the query, None when it is not there; raises InvalidRequest."""
    text = dict(request.query()).get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) >= least):
        raise InvalidRequest(refusal)
    return int(text)
