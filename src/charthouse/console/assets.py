"""Style sheets, scripts and pictures, under addresses that change with their content, so browsers keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from importlib.resources import files

import msgspec
from starlette.responses import Response

from charthouse.model.errors import NotFound

from .addresses import STATIC
from .guard import ANSWER_HEADERS
from .visit import Page, Visit

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Asset(msgspec.Struct, frozen=True):
    """A file as it is sent. ``packed``: its gzip form."""

    name: str
    address: str
    media_type: str
    content: bytes
    packed: bytes


class Assets:
    """All files of ``console/static``, read once."""

    def __init__(self) -> None:
        found = [
            _asset(path.name, path.read_bytes())
            for path in files("charthouse.console").joinpath("static").iterdir()
            if not path.name.startswith(".")
        ]
        self._by_name = {asset.name: asset for asset in found}
        self._by_address = {asset.address: asset for asset in found}

    def address(self, name: str) -> str:
        """Return where a file is found; raises KeyError for one that is not ours."""
        return self._by_name[name].address

    def pages(self) -> dict[str, Page]:
        """Return the handlers by operation."""
        return {"console.asset": self.send}

    async def send(self, visit: Visit) -> Response:
        """Answer GET for an address; raises NotFound."""
        asset = self._by_address.get(visit.request.url.path)
        if asset is None:
            raise NotFound("there is no such file: reload the page")
        # Proxies may keep this answer for everybody, so it gives nobody a cookie.
        visit.request.scope.pop(ANSWER_HEADERS, None)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        content = asset.content
        if "gzip" in visit.request.headers.get("accept-encoding", ""):
            content = asset.packed
            headers["Content-Encoding"] = "gzip"
        return Response(content, headers=headers, media_type=asset.media_type)


def _asset(name: str, content: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    address = f"{STATIC}{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    media_type = _TYPES.get(f".{suffix}") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(name, address, media_type, content, gzip.compress(content, 9, mtime=0))
