"""``index.yaml`` on the wire: whole, as gzip, or not changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import lru_cache
from io import FileIO

from charthouse.api.kit.asgi import Headers, Reply, Request
from charthouse.api.kit.conditions import none_match
from charthouse.api.kit.files import cached_pieces
from charthouse.model.permissions import ANONYMOUS, Actor
from charthouse.services.charts.index.documents import LevelIndex
from charthouse.services.charts.index.plain import PlainIndexes
from charthouse.services.charts.index.service import ChartIndexes

from .routes import Match

_LONGEST = 1024
"""Characters of a header that are read as a list."""
_AT_ONCE = 1024**2
"""Bytes of a piece that is unpacked on the event loop."""
_VARY = (b"vary", b"accept-encoding, authorization")
_TYPE = (b"content-type", b"application/x-yaml")
_OWN = (b"cache-control", b"private, no-cache")
_EVERYBODYS = (b"cache-control", b"no-cache")


class IndexHandlers:
    """The index routes."""

    def __init__(self, indexes: ChartIndexes, files: PlainIndexes) -> None:
        self._indexes = indexes
        self._files = files

    def unchanged(self, actor: Actor, level: str, condition: bytes, accept: bytes | None) -> Headers | None:
        """Return the headers of a 304 when memory alone tells that nothing has changed, else None."""
        index = self._indexes.peek(actor, level)
        if index is None:
            return None
        zipped = accept is not None and takes_gzip(accept)
        etag = _etag(index, zipped=zipped)
        if not none_match(condition.decode("latin-1"), etag):
            return None
        return _headers(actor, etag)

    async def get(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET and HEAD."""
        index = await self._indexes.find(actor, at.level)
        accept = request.header(b"accept-encoding")
        zipped = accept is not None and takes_gzip(accept.encode("latin-1"))
        etag = _etag(index, zipped=zipped)
        headers = _headers(actor, etag)
        if none_match(request.header(b"if-none-match"), etag):
            return Reply(304, headers)
        size = index.gzip_size if zipped else index.size
        headers += [_TYPE, (b"content-length", str(size).encode()), (b"x-content-type-options", b"nosniff")]
        if zipped:
            headers.append((b"content-encoding", b"gzip"))
        if request.method == "HEAD":
            return Reply(200, headers, head=True)
        if zipped:
            return Reply(200, headers, index.gzip())
        return Reply(200, headers, stream=await self._text(index, at.level))

    async def _text(self, index: LevelIndex, level: str) -> AsyncIterator[bytes]:
        path = await self._files.path(index, level)
        if path is not None:
            with suppress(FileNotFoundError):  # another process has just made room
                return cached_pieces(FileIO(path))
        return _stream(index)


def _etag(index: LevelIndex, *, zipped: bool) -> bytes:
    return f'"{index.key}-gzip"'.encode() if zipped else f'"{index.key}"'.encode()


def _headers(actor: Actor, etag: bytes) -> Headers:
    return [(b"etag", etag), _VARY, _EVERYBODYS if actor is ANONYMOUS else _OWN]


async def _stream(index: LevelIndex) -> AsyncIterator[bytes]:
    for piece in index.pieces:
        yield piece.plain() if piece.size <= _AT_ONCE else await asyncio.to_thread(piece.plain)


@lru_cache(maxsize=64)
def _reads_gzip(header: bytes) -> bool:
    """Read an Accept-Encoding header (RFC 9110 § 12.5.3); of the weights only 0, a refusal, matters here."""
    found = {}
    for entry in header.lower().split(b","):
        coding, _, weight = (part.strip() for part in entry.partition(b";"))
        found[coding] = weight.replace(b" ", b"") not in _NEVER
    return found.get(b"gzip", found.get(b"x-gzip", found.get(b"*", False)))


_NEVER = {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}


def takes_gzip(header: bytes) -> bool:
    """Tell whether an Accept-Encoding header admits gzip; one that is too long to be read does not."""
    return len(header) <= _LONGEST and _reads_gzip(header)
