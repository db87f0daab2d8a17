"""Settings that the protocol shows: names, limits, and what strangers may read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.support.server import Server, serving

from .client import Client
from .content import Manifest, digest_of, random_blob
from .test_blobs import WAYS, assert_gone, assert_held
from .test_manifests import assert_no_manifest, assert_pulled, pushed_image

HOST = "registry.example.com:8443"
LIMIT = 1024 * 1024
CONFIG = f"""
SERVER_HOSTNAME: {HOST}
PREFERRED_URL_SCHEME: https
PROXY_COUNT: 1
MAXIMUM_LAYER_SIZE: 1Mi
CHARTHOUSE_MAXIMUM_MANIFEST: 4Mi
CREATE_PRIVATE_REPO_ON_PUSH: false
FEATURE_ANONYMOUS_ACCESS: false
FEATURE_USER_INITIALIZE: true
LIBRARY_NAMESPACE: harbourmaster
CHARTHOUSE_PULL_LOG: strict
"""


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a configuration file."""
    directory = tmp_path_factory.mktemp("configured")
    config = directory / "config.yaml"
    config.write_text(CONFIG)
    with serving(directory / "data", "--config", str(config), "--workers", "1") as running:
        yield running


@pytest.fixture(scope="module")
def admin(configured: Server) -> Client:
    """The first user, by name and password."""
    return Client(configured, configured.admin, basic=True)


def test_challenge_names_the_configured_host(configured: Server) -> None:
    forwarded = {"Host": "other", "X-Forwarded-Host": "evil.example.com", "X-Forwarded-Proto": "http"}
    for headers in ({}, forwarded):
        reply = configured.request("GET", "/v2/", headers=headers)
        assert reply.headers["www-authenticate"] == f'Bearer realm="https://{HOST}/v2/auth",service="{HOST}"'


def test_tokens_are_for_the_configured_host(configured: Server, admin: Client) -> None:
    basic = configured.admin.basic
    for query, status in ((urlencode({"service": HOST}), 200), ("", 200), ("service=other.example.com", 400)):
        reply = admin.connection.send("GET", f"/v2/auth?{query}", headers=basic)
        if reply.expect(status).status == 200:
            bearer = {"Authorization": f"Bearer {reply.json()['token']}"}
            admin.connection.send("GET", "/v2/", headers=bearer).expect(200)


def test_names_without_a_namespace(admin: Client) -> None:
    manifest = pushed_image(admin, "nginx")
    reply = admin.put_manifest("nginx", "v1", manifest).expect(201)
    assert reply.header("Location") == f"/v2/harbourmaster/nginx/manifests/{manifest.digest}"
    for name in ("nginx", "harbourmaster/nginx"):
        assert_pulled(admin, name, "v1", manifest)
        assert admin.send("GET", f"/v2/{name}/tags/list").json() == {
            "name": "harbourmaster/nginx",
            "tags": ["v1"],
        }
    bare = admin.connection.send("GET", "/v2/nginx/manifests/v1")
    assert bare.header("WWW-Authenticate").endswith(',scope="repository:harbourmaster/nginx:pull"')
    query = urlencode({"service": HOST, "scope": "repository:nginx:pull"})
    token = admin.connection.send("GET", f"/v2/auth?{query}", headers=admin.server.admin.basic).json()[
        "token"
    ]
    bearer = {"Authorization": f"Bearer {token}"}
    admin.connection.send("GET", "/v2/nginx/manifests/v1", headers=bearer).expect(200)
    admin.connection.send("GET", "/v2/NGINX/manifests/v1").refusal(400, "NAME_INVALID")


def test_pushed_repositories_are_public_to_those_who_log_in(configured: Server, admin: Client) -> None:
    manifest = pushed_image(admin, "harbourmaster/public")
    admin.put_manifest("harbourmaster/public", "v1", manifest).expect(201)
    stranger = Client(configured, configured.create_user("passer-by"), basic=True)
    assert_pulled(stranger, "harbourmaster/public", "v1", manifest)
    for path in ("/v2/harbourmaster/public/manifests/v1", "/v2/harbourmaster/public/tags/list"):
        stranger.connection.send("GET", path).refusal(401, "UNAUTHORIZED")
    scope = urlencode({"service": HOST, "scope": "repository:harbourmaster/public:pull"})
    stranger.connection.send("GET", f"/v2/auth?{scope}").refusal(401, "UNAUTHORIZED")


@pytest.mark.parametrize("way", WAYS)
def test_largest_blob(admin: Client, way: str) -> None:
    data = random_blob(LIMIT)
    WAYS[way](admin, "blobs", data, digest_of(data)).expect(201)
    assert_held(admin, "blobs", digest_of(data), data)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_blob_over_the_limit(admin: Client, method: str, streamed: bool) -> None:
    admin.push_blob("blobs", b"{}")
    data = random_blob(LIMIT + 1)
    digest = digest_of(data)
    body = iter([data[:LIMIT], data[LIMIT:]]) if streamed else data
    target = f"/v2/blobs/blobs/uploads/?digest={digest}" if method == "POST" else admin.begin("blobs")
    reply = admin.send(method, f"{target}?digest={digest}" if method == "PUT" else target, body)
    reply.refusal(413, "SIZE_INVALID")
    assert_gone(admin, "blobs", digest)


def test_chunk_over_the_limit_leaves_the_upload_where_it_was(admin: Client) -> None:
    data = random_blob(LIMIT)
    location = admin.begin("blobs")
    admin.chunk("PATCH", location, 0, data[: LIMIT // 2]).expect(202)
    admin.chunk("PATCH", location, LIMIT // 2, data[LIMIT // 2 :] + b"!").refusal(413, "SIZE_INVALID")
    admin.chunk("PATCH", location, LIMIT // 2, data[LIMIT // 2 :]).expect(202)
    admin.send("PUT", f"{location}?digest={digest_of(data)}").expect(201)


def test_manifest_over_the_limit(admin: Client) -> None:
    whole = pushed_image(admin, "blobs")
    padded = Manifest(whole.body + b" " * (4 * 1024 * 1024 - len(whole.body)))
    admin.put_manifest("blobs", "v1", padded).expect(201)
    admin.put_manifest("blobs", "v2", Manifest(padded.body + b" ")).refusal(413, "SIZE_INVALID")
    assert_no_manifest(admin, "blobs", "v2")
