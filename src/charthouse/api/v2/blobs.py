"""Blobs on the wire: GET (whole, a range, a redirect), HEAD, DELETE."""

from __future__ import annotations

from charthouse.api.kit.asgi import Headers, Reply, Request
from charthouse.model.digests import parse_digest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.registry.caches import CachedBlob
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.writer import Writer

from .envelope import VERSION
from .manifests import none_match
from .ranges import read_range


class RenderedBlob:
    """The headers of a blob's answers, made once."""

    __slots__ = ("etag", "headers", "identity")

    def __init__(self, entry: CachedBlob) -> None:
        self.etag = f'"{entry.row.digest}"'.encode()
        self.identity: Headers = [
            (b"docker-content-digest", entry.row.digest.encode()),
            (b"etag", self.etag),
            VERSION,
        ]
        self.headers: Headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(entry.row.size).encode()),
            (b"accept-ranges", b"bytes"),
            (b"x-content-type-options", b"nosniff"),
            *self.identity,
        ]


def _render(entry: CachedBlob) -> RenderedBlob:
    rendered = entry.rendered
    if rendered is None:
        rendered = entry.rendered = RenderedBlob(entry)
    assert isinstance(rendered, RenderedBlob)  # noqa: S101 -- only this module renders blobs
    return rendered


class BlobHandlers:
    """The blob routes."""

    def __init__(self, reader: Reader, writer: Writer, contents: BlobContents) -> None:
        self._reader = reader
        self._writer = writer
        self._contents = contents

    async def get(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET."""
        entry = await self._entry(actor, name, tail)
        rendered = _render(entry)
        if none_match(request.header(b"if-none-match"), rendered.etag):
            return Reply(304, rendered.identity)
        size = entry.row.size
        header = request.header(b"range")
        wanted = None
        if header is not None and if_range_holds(request.header(b"if-range"), rendered.etag):
            wanted = read_range(header, size)
        address = await self._contents.redirect(entry)
        if address is not None:
            location = (b"location", address.encode())
            return Reply(307, [location, (b"content-length", b"0"), *rendered.identity])
        if wanted is not None:
            return await self._part(entry, rendered, wanted)
        path = await self._contents.file(entry)
        if path is not None:
            return Reply(200, rendered.headers, path=path)
        return Reply(200, rendered.headers, stream=await self._contents.stream(entry, 0, size))

    async def head(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer HEAD: a 200 keeps the blob from collection for the grace period."""
        entry = await self._entry(actor, name, tail)
        rendered = _render(entry)
        if none_match(request.header(b"if-none-match"), rendered.etag):
            return Reply(304, rendered.identity)
        await self._contents.file(entry)  # a vanished file is no 200
        await self._writer.keep_blob(entry)
        return Reply(200, rendered.headers, head=True)

    async def delete(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer DELETE."""
        await self._writer.delete_blob(actor, name, parse_digest(tail))
        return Reply(202, [(b"content-length", b"0"), VERSION])

    async def _entry(self, actor: Actor, name: RepositoryName, tail: str) -> CachedBlob:
        digest = parse_digest(tail)
        entry = self._reader.peek_blob(actor, name, digest)
        return entry if entry is not None else await self._reader.blob(actor, name, digest)

    async def _part(self, entry: CachedBlob, rendered: RenderedBlob, wanted: tuple[int, int]) -> Reply:
        start, stop = wanted
        headers = [header for header in rendered.headers if header[0] != b"content-length"]
        headers.append((b"content-length", str(stop - start).encode()))
        headers.append((b"content-range", f"bytes {start}-{stop - 1}/{entry.row.size}".encode()))
        return Reply(206, headers, stream=await self._contents.stream(entry, start, stop))


def if_range_holds(header: str | None, etag: bytes) -> bool:
    """Tell whether If-Range lets a range be sent (RFC 9110 § 13.1.5): absent, or this very ETag."""
    return header is None or header.strip() == etag.decode()
