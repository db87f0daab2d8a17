"""The token flow: GET with Basic and the OAuth2 form, what a token opens, and what is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.support.server import Server

from .client import Client
from .content import random_blob
from .test_manifests import pushed_image
from .wire import Reply

FORM = "application/x-www-form-urlencoded"


def post_form(client: Client, *fields: tuple[str, str]) -> Reply:
    """Send the OAuth2 form."""
    return client.connection.send("POST", "/v2/auth", urlencode(fields).encode(), {"Content-Type": FORM})


def claims(token: str) -> dict[str, object]:
    """Return what a token says, unverified."""
    payload = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


@pytest.mark.parametrize("path", ["/v2/", "/v2"])
def test_version_check(owner: Client, owner_basic: Client, nobody: Client, path: str) -> None:
    reply = nobody.connection.send("GET", path)
    reply.refusal(401, "UNAUTHORIZED")
    host = nobody.server.host
    assert reply.header("WWW-Authenticate") == f'Bearer realm="http://{host}/v2/auth",service="{host}"'
    for client in (owner, owner_basic):
        checked = client.send("GET", path).expect(200)
        assert checked.header("Docker-Distribution-API-Version") == "registry/2.0"
        assert checked.json() == {}


def test_realm_follows_the_request_unless_a_host_is_configured(nobody: Client) -> None:
    for host in ("registry.example.com", "registry.example.com:8443", "[::1]:5000"):
        reply = nobody.connection.send("GET", "/v2/", headers={"Host": host})
        assert reply.header("WWW-Authenticate") == f'Bearer realm="http://{host}/v2/auth",service="{host}"'


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "Forwarded"])
def test_forwarding_headers_count_for_nothing_without_a_proxy(nobody: Client, name: str) -> None:
    plain = nobody.connection.send("GET", "/v2/").header("WWW-Authenticate")
    reply = nobody.connection.send("GET", "/v2/", headers={name: "https"})
    assert reply.header("WWW-Authenticate") == plain


def test_token_answer(owner: Client, repository: str) -> None:
    assert owner.person is not None
    query = urlencode([("service", owner.server.host), ("scope", f"repository:{repository}:pull,push")])
    reply = owner.connection.send(
        "GET", f"/v2/auth?{query}&account=x&client_id=docker", headers=owner.person.basic
    )
    document = reply.expect(200).json()
    assert reply.header("Cache-Control") == "no-store"
    assert document["token"] == document["access_token"]
    assert document["expires_in"] >= 60
    assert document["issued_at"].endswith("Z")
    assert "refresh_token" not in document
    assert claims(document["token"])["sub"] == owner.person.name


def test_several_scopes_in_one_token(owner: Client, new_repository: Callable[[], str]) -> None:
    """In parameters of their own, and in one parameter separated by spaces."""
    assert owner.person is not None
    first, second, third = (new_repository() for _ in range(3))
    for name in (first, second, third):
        owner.push_blob(name, b"{}")
    scopes = [f"repository:{name}:pull" for name in (first, second)]
    for fields in ([("scope", scope) for scope in scopes], [("scope", " ".join(scopes))]):
        query = urlencode([("service", owner.server.host), *fields])
        reply = owner.connection.send("GET", f"/v2/auth?{query}", headers=owner.person.basic).expect(200)
        bearer = {"Authorization": f"Bearer {reply.json()['token']}"}
        for name in (first, second):
            owner.connection.send("GET", f"/v2/{name}/tags/list", headers=bearer).expect(200)
        owner.connection.send("GET", f"/v2/{third}/tags/list", headers=bearer).refusal(401, "UNAUTHORIZED")


def test_token_carries_no_more_than_it_was_asked_for(owner: Client, repository: str) -> None:
    assert owner.person is not None
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, "v1", manifest).expect(201)
    bearer = owner.server.token(owner.person, f"repository:{repository}:pull")
    path = f"/v2/{repository}/manifests/v1"
    owner.connection.send("GET", path, headers=bearer).expect(200)
    owner.connection.send("DELETE", path, headers=bearer).refusal(401, "UNAUTHORIZED")
    owner.connection.send("PUT", path, manifest.body, bearer).refusal(401, "UNAUTHORIZED")
    owner.connection.send("POST", f"/v2/{repository}/blobs/uploads/", headers=bearer).refusal(401)


def test_stranger_gets_a_token_that_opens_nothing(owner: Client, stranger: Client, repository: str) -> None:
    """The answer does not tell whether the repository exists."""
    assert stranger.person is not None
    owner.push_blob(repository, b"{}")
    grants = []
    for name in (repository, repository + "-absent"):
        bearer = stranger.server.token(stranger.person, f"repository:{name}:pull,push")
        told = json.dumps(claims(bearer["Authorization"].removeprefix("Bearer "))["access"])
        grants.append(told.replace(name, "NAME"))
        stranger.connection.send("GET", f"/v2/{name}/tags/list", headers=bearer).refusal(401, "UNAUTHORIZED")
    assert grants[0] == grants[1]


def test_oauth_form_with_a_password_and_a_refresh_token(owner: Client, repository: str) -> None:
    assert owner.person is not None
    owner.push_blob(repository, b"{}")
    service, scope = owner.server.host, f"repository:{repository}:pull"
    reply = post_form(
        owner,
        ("grant_type", "password"),
        ("username", owner.person.name),
        ("password", owner.person.password),
        ("service", service),
        ("client_id", "containerd-client"),
        ("scope", scope),
        ("access_type", "offline"),
    ).expect(200)
    refresh = reply.json()["refresh_token"]
    again = post_form(
        owner,
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("service", service),
        ("client_id", "containerd-client"),
        ("scope", scope),
    ).expect(200)
    for token in (reply.json()["access_token"], again.json()["access_token"]):
        bearer = {"Authorization": f"Bearer {token}"}
        owner.connection.send("GET", f"/v2/{repository}/tags/list", headers=bearer).expect(200)
    as_registry_token = {"Authorization": f"Bearer {refresh}"}
    owner.connection.send("GET", "/v2/", headers=as_registry_token).refusal(401, "UNAUTHORIZED")


def test_refused_credentials(owner: Client, nobody: Client) -> None:
    assert owner.person is not None
    wrong = {"Authorization": "Basic " + base64.b64encode(f"{owner.person.name}:wrong".encode()).decode()}
    for path in ("/v2/", f"/v2/auth?service={owner.server.host}", "/v2/a/b/tags/list"):
        reply = nobody.connection.send("GET", path, headers=wrong)
        reply.refusal(401, "UNAUTHORIZED")
        assert reply.header("WWW-Authenticate").startswith("Basic " if "auth" in path else "Bearer ")


@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic !!!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"a\0b:x").decode(),
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "Bearer " + "A" * 20_000,
        "Digest username=x",
        "\xff\xfe",
        " ",
    ],
)
def test_authorization_that_is_none(nobody: Client, value: str) -> None:
    for path in ("/v2/", "/v2/a/b/manifests/v1", "/v2/_catalog"):
        reply = nobody.connection.send("GET", path, headers={"Authorization": value})
        reply.refusal(401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "scope",
    ["x", "repository:", "repository:a", "repository:A/B:pull", "repository:a/b:pull repository", "a:b:c:d"],
)
def test_malformed_scope(owner: Client, scope: str) -> None:
    assert owner.person is not None
    query = urlencode({"service": owner.server.host, "scope": scope})
    owner.connection.send("GET", f"/v2/auth?{query}", headers=owner.person.basic).refusal(400)


def test_malformed_forms(nobody: Client) -> None:
    post_form(nobody, ("grant_type", "sorcery")).refusal(400, "INVALID_REQUEST")
    post_form(nobody).refusal(400, "INVALID_REQUEST")
    post_form(nobody, ("grant_type", "refresh_token"), ("refresh_token", "x")).refusal(401, "UNAUTHORIZED")
    plain = nobody.connection.send("POST", "/v2/auth", b"{}", {"Content-Type": "application/json"})
    plain.refusal(400, "INVALID_REQUEST")
    large = nobody.connection.send("POST", "/v2/auth", b"a=" + b"x" * 100_000, {"Content-Type": FORM})
    large.refusal(413, "SIZE_INVALID")


def test_changed_signature(owner: Client, repository: str) -> None:
    assert owner.person is not None
    owner.push_blob(repository, random_blob())
    bearer = owner.server.token(owner.person, f"repository:{repository}:pull")["Authorization"]
    head, payload, signature = bearer.split(".")
    for forged in (
        f"{head}.{payload}.",
        f"{head}.{payload}.{signature[::-1]}",
        f"{head}.{payload}A.{signature}",
    ):
        reply = owner.connection.send("GET", f"/v2/{repository}/tags/list", headers={"Authorization": forged})
        reply.refusal(401, "UNAUTHORIZED")


def test_token_of_another_registry(owner: Client, server: Server, sparse_owner: Client) -> None:
    assert owner.person is not None
    foreign = server.token(owner.person, "registry:catalog:*")
    sparse_owner.connection.send("GET", "/v2/", headers=foreign).refusal(401, "UNAUTHORIZED")
