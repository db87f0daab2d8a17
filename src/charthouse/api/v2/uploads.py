"""Uploads on the wire: POST, PATCH, PUT, GET and DELETE under ``blobs/uploads/``."""

from __future__ import annotations

from charthouse.api.kit.asgi import Headers, Reply, Request
from charthouse.model.digests import CANONICAL, Digest, parse_algorithm, parse_digest
from charthouse.model.errors import DigestInvalid, SizeInvalid
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.ports.uploads import Upload
from charthouse.services.registry.intake import Chunk
from charthouse.services.registry.uploads import UploadService
from charthouse.services.registry.writer import Writer

from .envelope import VERSION
from .mounts import mount_source
from .ranges import chunk_range


class UploadHandlers:
    """The upload routes."""

    def __init__(self, uploads: UploadService, writer: Writer) -> None:
        self._uploads = uploads
        self._writer = writer

    async def begin(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer POST: mount, or take the whole blob, or open a session."""
        query = dict(request.query())
        if "mount" in query:
            digest = parse_digest(query["mount"])
            source = mount_source(request)
            nowhere = source is None and query.get("from")  # not even a name: the client uploads the blob
            if not nowhere and await self._writer.mount(actor, name, digest, source):
                return _created(name, digest)
        elif "digest" in query:
            digest = parse_digest(query["digest"])
            await self._uploads.whole(actor, name, digest, _chunk(request), request.chunks())
            return _created(name, digest)
        algorithm = parse_algorithm(query.get("digest-algorithm", CANONICAL))
        upload = await self._uploads.begin(actor, name, algorithm)
        return self._accepted(202, upload)

    async def status(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET: how many bytes have been acknowledged."""
        return self._accepted(204, await self._uploads.status(actor, name, tail))

    async def append(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer PATCH: a chunk with Content-Range, or a stream without."""
        upload = await self._uploads.append(actor, name, tail, _chunk(request), request.chunks())
        return self._accepted(202, upload)

    async def finish(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer PUT: the last bytes, if any, and the digest of the whole."""
        digest = _digest(request)
        await self._uploads.finish(actor, name, tail, digest, _chunk(request), request.chunks())
        return _created(name, digest)

    async def cancel(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer DELETE."""
        await self._uploads.cancel(actor, name, tail)
        return Reply(204, [VERSION])

    def _accepted(self, status: int, upload: Upload) -> Reply:
        headers: Headers = [
            (b"location", f"/v2/{upload.repository}/blobs/uploads/{upload.upload_id}".encode()),
            (b"range", f"0-{max(upload.offset - 1, 0)}".encode()),
            (b"docker-upload-uuid", upload.upload_id.encode()),
            VERSION,
        ]
        if status != 204:
            headers.append((b"content-length", b"0"))
        if self._uploads.minimum_chunk:
            headers.append((b"oci-chunk-min-length", str(self._uploads.minimum_chunk).encode()))
        return Reply(status, headers)


def _digest(request: Request) -> Digest:
    for key, value in request.query():
        if key == "digest":
            return parse_digest(value)
    raise DigestInvalid("name the blob's digest: PUT <location>?digest=sha256:<hex>")


def _chunk(request: Request) -> Chunk:
    length = request.content_length()
    wanted = chunk_range(request.header(b"content-range"))
    if wanted is None:
        return Chunk(None, length)
    start, ranged = wanted
    if length is not None and length != ranged:
        raise SizeInvalid(f"Content-Range covers {ranged} bytes, Content-Length announces {length}")
    return Chunk(start, ranged)


def _created(name: RepositoryName, digest: Digest) -> Reply:
    return Reply(
        201,
        [
            (b"location", f"/v2/{name}/blobs/{digest}".encode()),
            (b"docker-content-digest", digest.encode()),
            (b"etag", f'"{digest}"'.encode()),
            (b"content-length", b"0"),
            VERSION,
        ],
    )
