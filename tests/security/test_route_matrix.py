"""Every route of the registry against every kind of caller, on a private and on a public repository.

What is expected stands here by hand, never derived from the routes' own declarations; a route that is missing
from the table fails. Refused callers are proven to have changed nothing, the owner to have succeeded.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Callable
from typing import NamedTuple

import pytest

from charthouse.api.v2.routes import ROUTES
from tests.support.server import Answer, Person, Server

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CALLERS = ("nobody", "nobody's token", "stranger", "stranger's token", "pull token", "owner", "owner's token")

Expected = tuple[int, int, int, int, int, int, int]
"""Statuses in the order of CALLERS."""


class Case(NamedTuple):
    """What each caller gets on a private repository, and what on a public one."""

    private: Expected
    public: Expected


NEVER = (401, 401, 403, 401, 401)  # nobody, nobody's token, stranger, stranger's token, pull token
READ = Case((401, 401, 404, 401, 200, 200, 200), (200,) * 7)

TABLE: dict[tuple[str, str], Case] = {
    ("GET", "/v2/"): Case((401, 200, 200, 200, 200, 200, 200), (401, 200, 200, 200, 200, 200, 200)),
    ("GET", "/v2/auth"): Case((401, 401, 200, 401, 401, 200, 401), (401, 401, 200, 401, 401, 200, 401)),
    ("POST", "/v2/auth"): Case((400,) * 7, (400,) * 7),
    ("GET", "/v2/_catalog"): Case((401, 401, 200, 401, 401, 200, 401), (401, 401, 200, 401, 401, 200, 401)),
    ("GET", "/v2/{name}/tags/list"): READ,
    ("GET", "/v2/{name}/referrers/{digest}"): READ,
    ("GET", "/v2/{name}/manifests/{reference}"): READ,
    ("HEAD", "/v2/{name}/manifests/{reference}"): READ,
    ("GET", "/v2/{name}/blobs/{digest}"): READ,
    ("HEAD", "/v2/{name}/blobs/{digest}"): READ,
    ("PUT", "/v2/{name}/manifests/{reference}"): Case((*NEVER, 201, 201), (*NEVER, 201, 201)),
    ("DELETE", "/v2/{name}/manifests/{reference}"): Case((*NEVER, 202, 202), (*NEVER, 202, 202)),
    ("DELETE", "/v2/{name}/blobs/{digest}"): Case((*NEVER, 202, 202), (*NEVER, 202, 202)),
    ("POST", "/v2/{name}/blobs/uploads/"): Case((*NEVER, 202, 202), (*NEVER, 202, 202)),
    ("GET", "/v2/{name}/blobs/uploads/{upload}"): Case((*NEVER, 204, 204), (*NEVER, 204, 204)),
    ("PATCH", "/v2/{name}/blobs/uploads/{upload}"): Case((*NEVER, 202, 202), (*NEVER, 202, 202)),
    ("PUT", "/v2/{name}/blobs/uploads/{upload}"): Case((*NEVER, 201, 201), (*NEVER, 201, 201)),
    ("DELETE", "/v2/{name}/blobs/uploads/{upload}"): Case((*NEVER, 204, 204), (*NEVER, 204, 204)),
}

_numbers = itertools.count(1)


class Repository:
    """A fresh repository of the owner with a tagged manifest, a loose blob and an open upload."""

    def __init__(self, server: Server, owner: Person, public: bool) -> None:
        self.server = server
        self.owner = owner
        self.name = f"{owner.name}/matrix-{next(_numbers)}"
        self.blob = os.urandom(64)
        self.digest = f"sha256:{hashlib.sha256(self.blob).hexdigest()}"
        self.loose = os.urandom(64)
        self.loose_digest = f"sha256:{hashlib.sha256(self.loose).hexdigest()}"
        for data, digest in ((self.blob, self.digest), (self.loose, self.loose_digest)):
            upload = self.ask("POST", f"/blobs/uploads/?digest={digest}", data)
            assert upload.status == 201, upload.body
        descriptor = {"mediaType": "application/vnd.example", "digest": self.digest, "size": 64}
        self.manifest = json.dumps({"schemaVersion": 2, "config": descriptor, "layers": []}).encode()
        assert self.ask("PUT", "/manifests/v1", self.manifest, {"Content-Type": MANIFEST}).status == 201
        self.upload = self.ask("POST", "/blobs/uploads/", b"").headers["location"].rpartition("/")[2]
        if public:
            server.set_visibility(self.name, "public")

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request below this repository as its owner."""
        return self.server.request(method, f"/v2/{self.name}{path}", body, self.owner.basic | (headers or {}))

    def state(self) -> tuple[int, ...]:
        """Return what a refused request must leave as it was."""
        reads = (
            "/manifests/v1",
            "/manifests/new",
            f"/blobs/{self.loose_digest}",
            f"/blobs/uploads/{self.upload}",
        )
        offset = self.ask("GET", reads[-1]).headers.get("range", "").encode()
        return (*(self.ask("GET", path).status for path in reads), *offset)

    def request(self, method: str, template: str, headers: dict[str, str]) -> Answer:
        """Send what ``template`` stands for with ``headers`` as the only credential."""
        uploading = method in {"PATCH", "PUT"} and "uploads" in template
        reference = "new" if method == "PUT" else "v1"
        digest = self.loose_digest if method == "DELETE" else self.digest
        path = (
            template.replace("{name}", self.name)
            .replace("{reference}", reference)
            .replace("{digest}", digest)
            .replace("{upload}", self.upload)
        )
        body: bytes | None = None
        if uploading:
            body = self.loose
            path += f"?digest={self.loose_digest}" if method == "PUT" else ""
        elif method == "PUT":
            body, headers = self.manifest, headers | {"Content-Type": MANIFEST}
        elif method == "POST":
            body = b""
        return self.server.request(method, path, body, headers)


@pytest.fixture(scope="module")
def owner(server: Server) -> Person:
    return server.admin


@pytest.fixture(scope="module")
def stranger(server: Server) -> Person:
    return server.create_user("matrix-stranger")


def credentials(
    server: Server, owner: Person, stranger: Person, name: str
) -> list[Callable[[], dict[str, str]]]:
    """Return how each of CALLERS shows itself, in their order."""
    everything = f"repository:{name}:pull,push,delete"
    return [
        dict,
        lambda: server.token(None, everything),
        lambda: stranger.basic,
        lambda: server.token(stranger, everything),
        lambda: server.token(owner, f"repository:{name}:pull"),
        lambda: owner.basic,
        lambda: server.token(owner, everything),
    ]


def test_every_route_is_in_the_table() -> None:
    assert {(route.method, route.template) for route in ROUTES} == set(TABLE)


@pytest.mark.parametrize("visibility", ["private", "public"])
@pytest.mark.parametrize("route", TABLE, ids=lambda route: " ".join(route))
def test_route(
    server: Server, owner: Person, stranger: Person, route: tuple[str, str], visibility: str
) -> None:
    expected = TABLE[route].public if visibility == "public" else TABLE[route].private
    got = []
    for number, status in enumerate(expected):
        repository = Repository(server, owner, visibility == "public")
        before = repository.state()
        caller = credentials(server, owner, stranger, repository.name)[number]()
        got.append(repository.request(*route, caller).status)
        changes = route[0] not in {"GET", "HEAD"} and status < 300 and route[1] != "/v2/{name}/blobs/uploads/"
        assert (repository.state() != before) is changes, (CALLERS[number], route)
    assert got == list(expected), dict(zip(CALLERS, zip(got, expected, strict=True), strict=True))
