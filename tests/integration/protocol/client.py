"""A registry client: asks for tokens as a challenge tells it, keeps them, and pushes blobs in every way there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from tests.support.server import Person, Server

from .content import Manifest, digest_of
from .wire import Body, Connection, Reply

_CHALLENGE = re.compile(r'Bearer realm="([^"]+)",service="([^"]+)"(?:,scope="([^"]+)")?')
_REPOSITORY = re.compile(r"/v2/(.+)/(?:blobs|manifests|tags|referrers)/")
OCTETS = "application/octet-stream"
MANIFEST_TYPES = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
CHUNK = 1024


class Client:
    """Speaks for ``person`` (None: anonymous), by tokens or, with ``basic``, by name and password each time."""

    def __init__(self, server: Server, person: Person | None, *, basic: bool = False) -> None:
        self.server = server
        self.person = person
        self.basic = basic
        self.connection = Connection(server.port)
        self._tokens: dict[tuple[str, str], str] = {}

    def send(
        self, method: str, target: str, body: Body = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request; a challenge is answered once, with a token for what it asks."""
        if self.basic:
            assert self.person is not None
            return self.connection.send(method, target, body, {**(headers or {}), **self.person.basic})
        key = _cache_key(method, target)
        known = {"Authorization": self._tokens[key]} if key in self._tokens else {}
        body = list(body) if body is not None and not isinstance(body, bytes) else body
        reply = self.connection.send(method, target, _stream(body), {**(headers or {}), **known})
        if reply.status != 401:
            return reply
        self._tokens[key] = f"Bearer {self.token(reply)}"
        headers = {**(headers or {}), "Authorization": self._tokens[key]}
        return self.connection.send(method, target, _stream(body), headers)

    def token(self, challenged: Reply) -> str:
        """Return the token that a challenge leads to."""
        found = _CHALLENGE.fullmatch(challenged.header("WWW-Authenticate"))
        assert found, challenged.header("WWW-Authenticate")
        realm, service, scope = found.groups()
        assert realm == f"{self.server.url}/v2/auth"
        fields = {"service": service} | ({"scope": scope} if scope else {})
        credentials = self.person.basic if self.person else {}
        reply = self.connection.send("GET", f"/v2/auth?{urlencode(fields)}", headers=credentials).expect(200)
        token: str = reply.json()["token"]
        assert reply.json()["access_token"] == token
        return token

    # -- content --------------------------------------------------------------------------------------------

    def get_manifest(self, repository: str, reference: str, method: str = "GET") -> Reply:
        """GET or HEAD a manifest as OCI clients do."""
        return self.send(
            method, f"/v2/{repository}/manifests/{reference}", headers={"Accept": MANIFEST_TYPES}
        )

    def put_manifest(self, repository: str, reference: str, manifest: Manifest, *, query: str = "") -> Reply:
        """PUT a manifest."""
        target = f"/v2/{repository}/manifests/{reference}{query}"
        return self.send("PUT", target, manifest.body, {"Content-Type": manifest.media_type})

    def get_blob(self, repository: str, digest: str, method: str = "GET", **headers: str) -> Reply:
        """GET or HEAD a blob; ``headers`` have underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, f"/v2/{repository}/blobs/{digest}", headers=named)

    # -- ways to push a blob: each returns the answer that ends it ------------------------------------------

    def push_blob(self, repository: str, data: bytes, algorithm: str = "sha256") -> str:
        """Push a blob the usual way and return its digest."""
        digest = digest_of(data, algorithm)
        self.post_put(repository, data, digest).expect(201)
        return digest

    def begin(self, repository: str, query: str = "") -> str:
        """Open an upload and return its address."""
        reply = self.send("POST", f"/v2/{repository}/blobs/uploads/{query}").expect(202)
        return reply.header("Location")

    def post_only(self, repository: str, data: bytes, digest: str) -> Reply:
        """One POST with all bytes."""
        target = f"/v2/{repository}/blobs/uploads/?digest={quote(digest)}"
        return self.send("POST", target, data, {"Content-Type": OCTETS})

    def post_put(self, repository: str, data: bytes, digest: str) -> Reply:
        """POST, then PUT with all bytes."""
        location = self.begin(repository)
        return self.send("PUT", f"{location}?digest={quote(digest)}", data, {"Content-Type": OCTETS})

    def patch_stream(self, repository: str, data: bytes, digest: str) -> Reply:
        """POST, one PATCH of unannounced length, PUT without a body."""
        location = self.begin(repository)
        parts = [data[start : start + 300] for start in range(0, len(data), 300)]
        location = (
            self.send("PATCH", location, parts, {"Content-Type": OCTETS}).expect(202).header("Location")
        )
        return self.send("PUT", f"{location}?digest={quote(digest)}")

    def patch_chunks(
        self, repository: str, data: bytes, digest: str, *, put_last: bool = False, disorder: bool = False
    ) -> Reply:
        """POST, PATCH chunk by chunk, PUT; ``disorder`` sends a wrong chunk before each and recovers by GET."""
        location = self.begin(repository)
        size = min(max(len(data) // 3 + 1, CHUNK), len(data))
        starts = range(0, len(data), size or 1)
        for start in starts:
            last = start + size >= len(data)
            if disorder:
                self._disorder(location, data, start, size, digest if put_last else "")
            chunk = data[start : start + size]
            if put_last and last:
                return self.chunk("PUT", f"{location}?digest={quote(digest)}", start, chunk)
            reply = self.chunk("PATCH", location, start, chunk).expect(202)
            assert reply.header("Range") == f"0-{start + len(chunk) - 1}"
            location = reply.header("Location")
        return self.send("PUT", f"{location}?digest={quote(digest)}")

    def chunk(self, method: str, target: str, start: int, chunk: bytes) -> Reply:
        """Send one chunk that says where it begins."""
        span = f"{start}-{start + len(chunk) - 1}"
        return self.send(method, target, chunk, {"Content-Type": OCTETS, "Content-Range": span})

    def _disorder(self, location: str, data: bytes, start: int, size: int, put_digest: str) -> None:
        wrong = start + size if start + size < len(data) else 0
        chunk = data[wrong : wrong + size]
        if put_digest and wrong + size >= len(data):
            reply = self.chunk("PUT", f"{location}?digest={quote(put_digest)}", wrong, chunk)
        else:
            reply = self.chunk("PATCH", location, wrong, chunk)
        reply.refusal(416, "BLOB_UPLOAD_INVALID")
        status = self.send("GET", location).expect(204)
        assert status.header("Location") == location
        assert status.header("Range") == f"0-{max(start - 1, 0)}"


def _stream(body: Body) -> Body:
    return body if body is None or isinstance(body, bytes) else _again(body)


def _again(parts: Body) -> Iterator[bytes]:
    assert parts is not None
    assert not isinstance(parts, bytes)
    yield from parts


def _cache_key(method: str, target: str) -> tuple[str, str]:
    """Return what a token may be kept for: the repository, and reading, writing or deleting."""
    found = _REPOSITORY.match(target)
    kind = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(method, "push")
    return (found.group(1) if found else target, kind)
