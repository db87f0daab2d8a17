"""OAuth access tokens at the registry: user name ``$oauthtoken``, limited by their scopes.

The table of scopes is Quay's: a scope caps the role of the token's user, org:admin gives none in repositories.
"""

from __future__ import annotations

import itertools
import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

import pytest

from tests.support.registry import image_manifest
from tests.support.server import Answer, Server

_numbers = itertools.count()
SCOPES = (
    "repo:read", "repo:write", "repo:admin", "repo:create", "user:read", "user:admin", "org:admin", "super:user",
)  # fmt: skip
CREATES = {"repo:create", "org:admin"}
READS = {"repo:read", "repo:write", "repo:admin"}
WRITES = {"repo:write", "repo:admin"}


@dataclass
class Place:
    """An organization of the first user with a repository that holds one image, and an application."""

    server: Server
    name: str
    client_id: str
    digest: str

    @property
    def repository(self) -> str:
        return f"{self.name}/app"

    @property
    def tokens(self) -> str:
        return f"/api/v1/organization/{self.name}/applications/{self.client_id}/tokens"

    def make(self, *scopes: str) -> tuple[str, str]:
        """Return the uuid and the text of a new token."""
        made = self.server.api(
            "POST", self.tokens, {"name": "x", "scope": " ".join(scopes)}, self.server.admin
        )
        return made["uuid"], made["token"]

    def token(self, *scopes: str) -> dict[str, str]:
        """Return the Basic header of a new token."""
        return basic(self.make(*scopes)[1])

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        return self.server.request(method, f"/v2/{path}", body, headers)


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"$oauthtoken:{token}".encode()).decode()}


def bearer(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.body
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def place(server: Server) -> Place:
    name = f"oauth{next(_numbers)}-{secrets.token_hex(3)}"
    server.create_organization(name)
    app = server.api("POST", f"/api/v1/organization/{name}/applications", {"name": "CI"}, server.admin)
    made = Place(server, name, app["client_id"], "")
    made.digest = push(made, made.token("repo:write", "repo:create"), made.repository)
    return made


def upload(place: Place, headers: dict[str, str], repository: str, data: bytes) -> Answer:
    digest = f"sha256:{sha256(data).hexdigest()}"
    return place.ask("POST", f"{repository}/blobs/uploads/?digest={digest}", headers, data)


def push(place: Place, headers: dict[str, str], repository: str) -> str:
    """Push an image of one blob with the tag ``v1``; returns the blob's digest."""
    assert upload(place, headers, repository, b"{}").status == 201
    content = image_manifest([f"sha256:{sha256(b'{}').hexdigest()}"], [2])  # type: ignore[list-item]
    kind = json.loads(content)["mediaType"]
    answer = place.ask("PUT", f"{repository}/manifests/v1", headers | {"Content-Type": kind}, content)
    assert answer.status == 201, answer.body
    return f"sha256:{sha256(b'{}').hexdigest()}"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_by_basic_credentials(place: Place, scope: str) -> None:
    headers = place.token(scope)
    assert place.ask("GET", "", headers).status == 200
    read, written = (200, 200) if scope in READS else (401, 401), scope in WRITES
    repository = place.repository
    assert place.ask("GET", f"{repository}/manifests/v1", headers).status == read[0]
    assert place.ask("GET", f"{repository}/blobs/{place.digest}", headers).status == read[0]
    assert place.ask("GET", f"{repository}/tags/list", headers).status == read[0]
    assert place.ask("GET", f"{repository}/referrers/{place.digest}", headers).status == read[0]
    assert place.ask("GET", "_catalog", headers).status == read[0]
    assert upload(place, headers, repository, b"more").status == (201 if written else 401)
    begun = place.ask("POST", f"{repository}/blobs/uploads/", headers)
    assert begun.status == (202 if written else 401)
    deleted = place.ask("DELETE", f"{repository}/manifests/v1", headers)
    assert deleted.status == (202 if written else 401)
    made = upload(place, headers, f"{place.name}/new", b"new")
    assert made.status == (201 if scope in CREATES else 401)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_by_registry_tokens(place: Place, scope: str) -> None:
    names = f"scope=repository:{place.repository}:pull,push,*&scope=repository:{place.name}/new:pull,push"
    answer = place.ask("GET", f"auth?{names}&scope=registry:catalog:*", place.token(scope))
    headers = bearer(answer)
    given = set(answer.json()["scope"].split())
    actions = {"repo:read": "pull", "repo:write": "pull,push", "repo:admin": "pull,push,*"}.get(scope)
    expected = {f"repository:{place.repository}:{actions}", "registry:catalog:*"} if actions else set()
    if scope in CREATES:
        expected = {f"repository:{place.name}/new:pull,push"}
    assert given == expected
    read = place.ask("GET", f"{place.repository}/manifests/v1", headers)
    assert read.status == (200 if scope in READS else 401)
    assert place.ask("GET", "_catalog", headers).status == (200 if scope in READS else 401)
    assert (upload(place, headers, place.repository, b"x").status == 201) is (scope in WRITES)
    assert (upload(place, headers, f"{place.name}/new", b"x").status == 201) is (scope in CREATES)
    assert "refresh_token" not in answer.json()


def test_what_a_creating_token_makes_it_may_fill(place: Place) -> None:
    asked = f"auth?scope=repository:{place.name}/made:pull,push"
    headers = bearer(place.ask("GET", asked, place.token("repo:create")))
    push(place, headers, f"{place.name}/made")
    assert place.ask("GET", f"{place.name}/made/manifests/v1", headers).status == 200


def test_a_mount_reads_its_source(place: Place) -> None:
    """CVE-2024-39897's class: a blob is not had by its digest alone."""
    private = f"{place.name}/private"
    data = secrets.token_bytes(20)
    assert upload(place, place.token("repo:create"), private, data).status == 201
    digest = f"sha256:{sha256(data).hexdigest()}"
    mount = f"{place.repository}/blobs/uploads/?mount={digest}&from={private}"
    assert place.ask("POST", mount, place.token("repo:write")).status == 201
    asked = f"auth?scope=repository:{place.repository}:pull,push"
    narrow = bearer(place.ask("GET", asked, place.token("repo:write")))
    assert place.ask("POST", mount, narrow).status == 401


def test_an_upload_is_not_gone_on_with_by_a_narrower_token_of_the_same_user(place: Place) -> None:
    begun = place.ask("POST", f"{place.repository}/blobs/uploads/", place.token("repo:write"))
    where = begun.headers["location"].partition("/v2/")[2]
    for scope in ("repo:read", "repo:create", "org:admin"):
        for method in ("GET", "PATCH", "DELETE"):
            answer = place.ask(method, where, place.token(scope), b"x" if method == "PATCH" else None)
            assert answer.status in (401, 403), (scope, method)
    assert place.ask("GET", where, place.token("repo:write")).status == 204


def test_a_revoked_token_ends_what_it_was_exchanged_for(place: Place) -> None:
    token_uuid, text = place.make("repo:read")
    path = f"{place.repository}/manifests/v1"
    asked = f"auth?scope=repository:{place.repository}:pull"
    exchanged = bearer(place.ask("GET", asked, basic(text)))
    for headers in (basic(text), exchanged):
        assert place.ask("GET", path, headers).status == 200
    admin = place.server.admin
    revoked = place.server.request("DELETE", f"{place.tokens}/{token_uuid}", None, admin.bearer)
    assert revoked.status == 204
    for headers in (basic(text), exchanged):
        assert place.ask("GET", path, headers).status == 401
    refused = place.ask("GET", asked, basic(text))
    assert refused.status == 401
    assert refused.json()["errors"][0]["message"] == "OAuth access token could not be validated"


@pytest.mark.parametrize("name", ["$oauthtoken2", "$OAUTHTOKEN", "oauthtoken", "harbourmaster"])
def test_a_token_is_a_password_of_one_name_only(place: Place, name: str) -> None:
    encoded = b64encode(f"{name}:{place.make('repo:read')[1]}".encode()).decode()
    assert place.ask("GET", "", {"Authorization": f"Basic {encoded}"}).status in (401, 429)


def test_no_token_in_the_log(place: Place) -> None:
    text = place.make("repo:read")[1]
    place.ask("GET", f"{place.repository}/manifests/v1", basic(text))
    place.ask("GET", f"{place.repository}/manifests/v1", basic(text + "X"))
    place.server.request("GET", "/api/v1/user/", None, {"Authorization": f"Bearer {text}"})
    assert text not in place.server.log.read_text()
