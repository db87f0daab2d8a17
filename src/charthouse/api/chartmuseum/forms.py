"""What an upload brings: a package as the body itself, or package and provenance as the files of a form (RFC 7578)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path

import msgspec
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from charthouse.api.kit.asgi import Request
from charthouse.model.errors import InvalidRequest, TooLarge
from charthouse.services.charts.provenance import LARGEST_PROVENANCE

from .spools import Spool

CHART = "chart"
PROVENANCE = "prov"
_FORM = "multipart/form-data"
_MOST_FIELDS = 16
_MOST_HEADERS = 8
_REST = 64 * 1024
"""Bytes of a form beside its two files."""


class Posted(msgspec.Struct, frozen=True):
    """The files of an upload; None: it has none of the kind."""

    chart: Spool | None = None
    provenance: Spool | None = None


@asynccontextmanager
async def posted(request: Request, directory: Path, largest: int) -> AsyncIterator[Posted]:
    """Take in the body of an upload, yield its files, let go of them; ``largest``: bytes of a package.

    Raises TooLarge, InvalidRequest for a form that is none, ClientDisconnectedError.
    """
    with ExitStack() as opened:
        spools = {
            CHART: opened.enter_context(closing(Spool(directory, largest, "a package"))),
            PROVENANCE: opened.enter_context(
                closing(Spool(directory, LARGEST_PROVENANCE, "a provenance file"))
            ),
        }
        kind, options = parse_options_header(request.header(b"content-type") or "")
        if kind != _FORM:
            await _take_whole(request, spools[CHART], largest)
            yield Posted(spools[CHART])
            return
        found = await _take_form(request, spools, options.get("boundary", ""), largest)
        yield Posted(found.get(CHART), found.get(PROVENANCE))


async def _take_whole(request: Request, spool: Spool, largest: int) -> None:
    _refuse_announced(request, largest)
    async for part in request.chunks():
        await spool.write(part)


async def _take_form(
    request: Request, spools: dict[str, Spool], boundary: str, largest: int
) -> dict[str, Spool]:
    """Return the spools of the fields that came; further fields are read and forgotten."""
    most = largest + LARGEST_PROVENANCE + _REST
    _refuse_announced(request, most)
    found: dict[str, Spool] = {}
    into: Spool | None = None
    size = 0
    try:
        with PushMultipartParser(
            boundary,
            max_segment_count=_MOST_FIELDS,
            max_header_count=_MOST_HEADERS,
        ) as parser:
            async for part in request.chunks():
                size += len(part)
                if size > most:
                    raise TooLarge(f"the form may have at most {most} bytes")
                for event in parser.parse(part):
                    if isinstance(event, MultipartSegment):
                        into = _spool_of(event, spools, found)
                    elif event is not None and into is not None:
                        await into.write(event)
    except MultipartError as error:
        raise InvalidRequest(f"the body is no {_FORM}: {error}") from None
    return found


def _spool_of(segment: MultipartSegment, spools: dict[str, Spool], found: dict[str, Spool]) -> Spool | None:
    name = segment.name or ""
    if name not in spools:
        return None
    if name in found:
        raise InvalidRequest(f"the form has more than one field {name}")
    found[name] = spools[name]
    return found[name]


def _refuse_announced(request: Request, most: int) -> None:
    announced = request.content_length()
    if announced is not None and announced > most:
        raise TooLarge(f"the body may have at most {most} bytes, {announced} are announced")
