"""Lists on the wire: tags, referrers, the catalog. Pages are told by ``Link`` (RFC 8288, RFC 5988)."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from charthouse.api.kit.asgi import Headers, Reply, Request, json_reply
from charthouse.model.errors import PageInvalid
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

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def tags(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET tags/list."""
        limit, last = _page(request)
        names = await self._reader.tags(actor, name, last, limit + 1)
        headers = _more(f"/v2/{name}/tags/list", names, limit)
        return json_reply(200, {"name": name, "tags": names[:limit]}, headers)

    async def catalog(self, request: Request, actor: Actor) -> Reply:
        """Answer GET _catalog: only what the caller may read."""
        limit, last = _page(request)
        names = await self._reader.catalog(actor, last, limit + 1)
        return json_reply(200, {"repositories": names[:limit]}, _more("/v2/_catalog", names, limit))

    async def referrers(self, request: Request, actor: Actor, name: RepositoryName, tail: str) -> Reply:
        """Answer GET referrers: an index, filtered by ``artifactType`` when asked."""
        found = await self._reader.referrers(actor, name, tail)
        headers: Headers = [VERSION]
        wanted = [value for key, value in request.query() if key == "artifactType" and value]
        if wanted:
            found = [referrer for referrer in found if referrer.artifact_type in wanted]
            headers.append((b"oci-filters-applied", b"artifactType"))
        descriptors = [
            Descriptor(r.media_type, r.digest, r.size, r.artifact_type or None, r.annotations or None)
            for r in found
        ]
        body = msgspec.json.encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors})
        headers += [(b"content-type", OCI_INDEX.encode()), (b"content-length", str(len(body)).encode())]
        return Reply(200, headers, body)


def _page(request: Request) -> tuple[int, str]:
    query = dict(request.query())
    last = query.get("last", "")
    if not last.isascii() or "\0" in last:  # as no name, and no name's column on some databases
        raise PageInvalid("last must be a name")
    text = query.get("n")
    if text is None or text == "":
        return PAGE, last
    if not (text.isascii() and text.isdigit()):
        raise PageInvalid("n must be a number of names, 0 or more", {"n": text[:20]})
    return min(int(text[:10]), MAXIMUM_PAGE), last


def _more(path: str, names: list[str], limit: int) -> Headers:
    if limit == 0 or len(names) <= limit:
        return [VERSION]
    query = urlencode({"n": limit, "last": names[limit - 1]})
    return [VERSION, (b"link", f'<{path}?{query}>; rel="next"'.encode())]
