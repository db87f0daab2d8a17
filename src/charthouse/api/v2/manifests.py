"""Manifests on the wire: GET, HEAD, PUT, DELETE."""

from __future__ import annotations

from functools import lru_cache

from charthouse.api.kit.asgi import Headers, Reply, Request
from charthouse.api.kit.conditions import LONGEST_LIST, none_match
from charthouse.api.kit.warnings import warnings
from charthouse.model.digests import Digest
from charthouse.model.errors import ManifestUnknown, TooManyTags
from charthouse.model.manifests import Manifest
from charthouse.model.names import RepositoryName, Tag, parse_reference, parse_tag
from charthouse.model.permissions import Actor
from charthouse.services.registry.caches import CachedManifest
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.writer import Writer

from .envelope import VERSION

MAXIMUM_TAGS = 100


class RenderedManifest:
    """The headers of a manifest's answers, made once."""

    __slots__ = ("body", "etag", "headers", "media_type")

    def __init__(self, entry: CachedManifest) -> None:
        row = entry.row
        self.body = row.content
        self.media_type = row.media_type.encode()
        self.etag = f'"{row.digest}"'.encode()
        self.headers: Headers = [
            (b"content-type", self.media_type),
            (b"content-length", str(len(row.content)).encode()),
            (b"docker-content-digest", row.digest.encode()),
            (b"etag", self.etag),
            (b"x-content-type-options", b"nosniff"),
            VERSION,
        ]


def render(entry: CachedManifest) -> RenderedManifest:
    """Return the rendering of ``entry``, kept with it."""
    rendered = entry.rendered
    if rendered is None:
        rendered = entry.rendered = RenderedManifest(entry)
    assert isinstance(rendered, RenderedManifest)  # noqa: S101 -- only this module renders manifests
    return rendered


def accepts(accept: bytes | None, media_type: bytes) -> bool:
    """Tell whether an Accept header admits ``media_type`` (content is never converted).

    A header that is too long to be read is disregarded, as RFC 9110 § 12.5.1 allows.
    """
    if not accept or accept == media_type or len(accept) > LONGEST_LIST:
        return True
    return _admits(accept, media_type)


@lru_cache(maxsize=256)
def _admits(accept: bytes, media_type: bytes) -> bool:
    """Read an Accept header (RFC 9110 § 12.5.1); of the weights only 0, a refusal, matters here."""
    for entry in accept.lower().split(b","):
        wanted, *parameters = (part.strip() for part in entry.split(b";"))
        if wanted in {media_type, b"application/*", b"*/*"} and not _NEVER.intersection(parameters):
            return True
    return False


_NEVER = {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}


class ManifestHandlers:
    """The manifest routes."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    async def get(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET and HEAD: the bytes exactly as they were pushed."""
        reference = parse_reference(tail)
        entry = await self._reader.manifest(actor, name, reference)
        rendered = render(entry)
        head = request.method == "HEAD"
        accept = request.header(b"accept")
        if not accepts(accept and accept.encode("latin-1"), rendered.media_type):  # type: ignore[arg-type]
            raise ManifestUnknown(
                f"this manifest is {entry.row.media_type}, which the Accept header does not admit",
                {"mediaType": entry.row.media_type},
            )
        if none_match(request.header(b"if-none-match"), rendered.etag):
            return Reply(304, [header for header in rendered.headers if header[0] in _UNCHANGED])
        await self._reader.count_pull(entry, reference, head=head)
        return Reply(200, rendered.headers, rendered.body, head=head)

    async def put(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer PUT, with any number of ``tag`` parameters beside a digest."""
        reference = parse_reference(tail)
        tags = tuple(parse_tag(value) for key, value in request.query() if key == "tag")
        if len(tags) > MAXIMUM_TAGS:
            raise TooManyTags(f"at most {MAXIMUM_TAGS} tags can be pushed at once")
        await self._writer.target(actor, name)  # before the body is read
        body = await request.body(self._writer.rules.maximum_manifest)
        content_type = request.header(b"content-type")
        stored = await self._writer.put_manifest(actor, name, reference, tags, body, content_type)
        headers = _stored_headers(name, stored.digest, stored.manifest, tags)
        return Reply(201, [*headers, *warnings(stored.told)])

    async def delete(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer DELETE."""
        await self._writer.delete_manifest(actor, name, parse_reference(tail))
        return Reply(202, [(b"content-length", b"0"), VERSION])


_UNCHANGED = {b"etag", b"docker-content-digest", VERSION[0]}


def _stored_headers(
    name: RepositoryName, digest: Digest, manifest: Manifest, tags: tuple[Tag, ...]
) -> Headers:
    headers: Headers = [
        (b"location", f"/v2/{name}/manifests/{digest}".encode()),
        (b"docker-content-digest", digest.encode()),
        (b"etag", f'"{digest}"'.encode()),
        (b"content-length", b"0"),
        VERSION,
    ]
    if manifest.subject is not None:
        headers.append((b"oci-subject", manifest.subject.encode()))
    headers.extend((b"oci-tag", tag.encode()) for tag in tags)
    return headers
