"""A blob as an answer: by the server's zero-copy path, a redirect, a stream, or a part of it."""

from __future__ import annotations

from charthouse.services.registry.caches import CachedBlob
from charthouse.services.registry.contents import BlobContents

from .asgi import Headers, Reply, Request
from .conditions import if_range_holds, none_match, read_range


class BlobHeaders:
    """The headers of a blob's answers. ``identity``: those that an answer without the bytes has too."""

    __slots__ = ("etag", "headers", "identity")

    def __init__(self, entry: CachedBlob, media_type: bytes, *others: tuple[bytes, bytes]) -> None:
        self.etag = f'"{entry.row.digest}"'.encode()
        self.identity: Headers = [
            (b"docker-content-digest", entry.row.digest.encode()),
            (b"etag", self.etag),
            *others,
        ]
        self.headers: Headers = [
            (b"content-type", media_type),
            (b"content-length", str(entry.row.size).encode()),
            (b"accept-ranges", b"bytes"),
            (b"x-content-type-options", b"nosniff"),
            *self.identity,
        ]


async def blob_reply(
    request: Request, entry: CachedBlob, rendered: BlobHeaders, contents: BlobContents
) -> Reply:
    """Return the answer to GET of a blob that the caller may read."""
    if none_match(request.header(b"if-none-match"), rendered.etag):
        return Reply(304, rendered.identity)
    size = entry.row.size
    header = request.header(b"range")
    wanted = None
    if header is not None and if_range_holds(request.header(b"if-range"), rendered.etag):
        wanted = read_range(header, size)
    address = await contents.redirect(entry)
    if address is not None:
        location = (b"location", address.encode())
        return Reply(307, [location, (b"content-length", b"0"), *rendered.identity])
    if wanted is not None:
        return await _part(entry, rendered, wanted, contents)
    path = await contents.file(entry)
    if path is not None:
        return Reply(200, rendered.headers, path=path)
    return Reply(200, rendered.headers, stream=await contents.stream(entry, 0, size))


async def _part(
    entry: CachedBlob, rendered: BlobHeaders, wanted: tuple[int, int], contents: BlobContents
) -> Reply:
    start, stop = wanted
    headers = [header for header in rendered.headers if header[0] != b"content-length"]
    headers.append((b"content-length", str(stop - start).encode()))
    headers.append((b"content-range", f"bytes {start}-{stop - 1}/{entry.row.size}".encode()))
    return Reply(206, headers, stream=await contents.stream(entry, start, stop))
