"""Blobs on the wire: GET (whole, a range, a redirect), HEAD, DELETE."""

from __future__ import annotations

from charthouse.api.kit.asgi import Reply, Request
from charthouse.api.kit.blobs import BlobHeaders, blob_reply
from charthouse.api.kit.conditions import none_match
from charthouse.model.digests import parse_digest
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.registry.caches import CachedBlob
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.writer import Writer

from .envelope import VERSION


def _render(entry: CachedBlob) -> BlobHeaders:
    """Return the headers of a blob, made once."""
    rendered = entry.rendered
    if rendered is None:
        rendered = entry.rendered = BlobHeaders(entry, b"application/octet-stream", VERSION)
    assert isinstance(rendered, BlobHeaders)  # noqa: S101 -- only this module renders blobs
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
        return await blob_reply(request, entry, _render(entry), self._contents)

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
