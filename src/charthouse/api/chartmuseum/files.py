"""Packages and signatures on the wire, as /v2 sends blobs."""

from __future__ import annotations

from charthouse.api.kit.asgi import Reply, Request
from charthouse.api.kit.blobs import BlobHeaders, blob_reply
from charthouse.model.permissions import Actor
from charthouse.services.charts.files import ChartFiles, Found
from charthouse.services.registry.contents import BlobContents

from .routes import Match

_KEPT = 10_000
_SENT = {200, 307}
"""Whole, by us or by the object store."""


class FileHandlers:
    """The routes of files."""

    def __init__(self, files: ChartFiles, contents: BlobContents) -> None:
        self._files = files
        self._contents = contents
        self._rendered: dict[tuple[str, bytes], BlobHeaders] = {}

    async def package(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET and HEAD of a package; a GET counts as a pull."""
        found = await self._files.package(actor, at.level, at.name)
        reply = await self._reply(request, found, b"application/x-tar")
        if reply.status in _SENT and not reply.head:
            await self._files.count_pull(found)
        return reply

    async def provenance(self, request: Request, actor: Actor, at: Match) -> Reply:
        """Answer GET and HEAD of a signature."""
        found = await self._files.provenance(actor, at.level, at.name)
        return await self._reply(request, found, b"application/pgp-signature")

    async def _reply(self, request: Request, found: Found, media_type: bytes) -> Reply:
        rendered = self._render(found, media_type)
        if request.method == "HEAD":
            await self._contents.file(found.blob)  # a vanished file is no 200
            return Reply(200, rendered.headers, head=True)
        return await blob_reply(request, found.blob, rendered, self._contents)

    def _render(self, found: Found, media_type: bytes) -> BlobHeaders:
        """Return the headers of a file, made once."""
        key = found.blob.row.digest, media_type
        rendered = self._rendered.get(key)
        if rendered is None:
            if len(self._rendered) >= _KEPT:
                self._rendered.clear()
            rendered = self._rendered[key] = BlobHeaders(found.blob, media_type)
        return rendered
