"""Lists on the wire: tags, referrers, the catalog. Pages are told by ``Link`` (RFC 8288, RFC 5988)."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from charthouse.api.kit.asgi import Headers, Reply, Request, json_reply
from charthouse.model.digests import parse_digest
from charthouse.model.errors import InvalidRequest, PageInvalid
from charthouse.model.manifests import OCI_INDEX, Descriptor
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.registry.reader import Reader

from .envelope import VERSION

PAGE = 1000
"""Names a page when the client does not say."""
MAXIMUM_PAGE = 10_000
"""Names a page at the most: a longer answer would cost memory (CVE-2023-2253)."""


class ListHandlers:
    """The listing routes."""

    def __init__(self, reader: Reader, page: int = PAGE) -> None:
        self._reader = reader
        self._page = page

    async def tags(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET tags/list."""
        limit, last = _asked(request, self._page)
        names = await self._reader.tags(actor, name, last, limit + 1)
        headers = _more(f"/v2/{name}/tags/list", names, limit)
        return json_reply(200, {"name": name, "tags": names[:limit]}, headers)

    async def catalog(self, request: Request, actor: Actor) -> Reply:
        """Answer GET _catalog: only what the caller may read."""
        limit, last = _asked(request, self._page)
        names = await self._reader.catalog(actor, last, limit + 1)
        return json_reply(200, {"repositories": names[:limit]}, _more("/v2/_catalog", names, limit))

    async def referrers(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET referrers: an index, filtered by ``artifactType`` when asked."""
        subject = parse_digest(tail)
        query = request.query()
        wanted = tuple(value for key, value in query if key == "artifactType" and value)
        if not "".join(wanted).isprintable():
            raise InvalidRequest("artifactType must be a media type")
        after = dict(query).get("last", "")
        page = await self._reader.referrers(
            actor, name, subject, after=parse_digest(after) if after else "", artifact_types=wanted
        )
        headers: Headers = [VERSION]
        if wanted:
            headers.append((b"oci-filters-applied", b"artifactType"))
        if page.more_after:
            following = [*(("artifactType", kind) for kind in wanted), ("last", page.more_after)]
            headers.append(_next(f"/v2/{name}/referrers/{subject}", following))
        descriptors = [
            Descriptor(r.media_type, r.digest, r.size, r.artifact_type or None, r.annotations or None)
            for r in page.found
        ]
        body = msgspec.json.encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors})
        headers += [(b"content-type", OCI_INDEX.encode()), (b"content-length", str(len(body)).encode())]
        return Reply(200, headers, body)


def _asked(request: Request, page: int) -> tuple[int, str]:
    query = dict(request.query())
    last = query.get("last", "")
    if not last.isascii() or "\0" in last:  # as no name, and no name's column on some databases
        raise PageInvalid("last must be a name")
    text = query.get("n")
    if text is None or text == "":
        return page, last
    if not (text.isascii() and text.isdigit()):
        raise PageInvalid("n must be a number of names, 0 or more", {"n": text[:20]})
    return min(int(text[:10]), MAXIMUM_PAGE), last


def _more(path: str, names: list[str], limit: int) -> Headers:
    if limit == 0 or len(names) <= limit:
        return [VERSION]
    return [VERSION, _next(path, [("n", str(limit)), ("last", names[limit - 1])])]


def _next(path: str, query: list[tuple[str, str]]) -> tuple[bytes, bytes]:
    return b"link", f'<{path}?{urlencode(query)}>; rel="next"'.encode()
