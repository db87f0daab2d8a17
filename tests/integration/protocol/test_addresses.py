"""Names, paths and methods: what is no address is refused in the specification's form, never with a 5xx."""

from __future__ import annotations

import pytest

from .client import Client
from .content import digest_of, random_blob
from .wire import Reply, raw

DIGEST = digest_of(b"{}")


def ask(client: Client, target: bytes, method: bytes = b"GET") -> Reply:
    """Send a target byte for byte, as the owner."""
    assert client.person is not None
    authorization = client.person.basic["Authorization"].encode()
    head = method + b" " + target + b" HTTP/1.1\r\nHost: " + client.server.host.encode()
    return raw(
        client.server.port, head + b"\r\nAuthorization: " + authorization + b"\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v2/a",
        "/v2/a/b",
        "/v2/a/b/c/d",
        "/v2/a/b/tags",
        "/v2/a/b/tags/",
        "/v2/a/b/tags/lists",
        "/v2/a/b/manifest/v1",
        "/v2/a/b/blobs",
        "/v2/_catalog/",
        "/v2/auth/",
        "/v2/auth/token",
        "/v2//",
        "/v2/x.y",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_path(owner: Client, nobody: Client, method: str, path: str) -> None:
    for client in (owner, nobody):
        client.connection.send(method, path).refusal(404)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("", {"GET"}),
        ("_catalog", {"GET"}),
        ("auth", {"GET", "POST"}),
        ("{name}/tags/list", {"GET"}),
        (f"{{name}}/referrers/{DIGEST}", {"GET"}),
        ("{name}/manifests/v1", {"GET", "HEAD", "PUT", "DELETE"}),
        (f"{{name}}/blobs/{DIGEST}", {"GET", "HEAD", "DELETE"}),
        ("{name}/blobs/uploads/", {"POST"}),
        ("{name}/blobs/uploads/some-id", {"GET", "PATCH", "PUT", "DELETE"}),
    ],
)
def test_unknown_method(owner: Client, nobody: Client, repository: str, path: str, allowed: set[str]) -> None:
    everything = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PURGE"}
    target = f"/v2/{path.format(name=repository)}"
    for method in sorted(everything - allowed):
        for client in (owner, nobody):
            reply = client.connection.send(method, target).expect(405)
            assert set(reply.values("Allow")) == allowed
            if method == "HEAD":
                assert reply.body == b""
            else:
                reply.refusal(405, "UNSUPPORTED")


NAMES = {
    "no-namespace": False,
    "a/b": True,
    "a/b/c/d/e": True,
    "a.b_c__d-e---f/g": True,
    "a/manifests": True,
    "a/blobs/uploads": True,
    "0/1": True,
    "A/b": False,
    "a/B": False,
    "a/b.": False,
    "a/.b": False,
    "a/b..c": False,
    "a/b___c": False,
    "a/b._c": False,
    "-a/b": False,
    "a//b": False,
    "/a/b": False,
    "a/b/": False,
    "a/" + "b" * 509: True,
    "a/" + "b" * 510: False,
    "a/%C3%BC": False,
    "a/b%20": False,
    "a/b%0d%0aX-Injected:%20yes": False,
    "a/b%22,scope=%22": False,
    "a/b%0a": False,
    "a/b%7f": False,
    "a/b:c": False,
    "a/b@c": False,
    "a/~b": False,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong_password", [False, True], ids=["anonymous", "wrong-password"])
def test_names(nobody: Client, name: str, wrong_password: bool) -> None:
    """A name outside the grammar is told so at once; a valid one is asked for credentials."""
    headers = {"Authorization": "Basic d3Jvbmc6d3Jvbmc="} if wrong_password else {}
    for tail in ("tags/list", "manifests/v1", f"blobs/{DIGEST}", f"referrers/{DIGEST}"):
        reply = nobody.connection.send("GET", f"/v2/{name}/{tail}", headers=headers)
        if NAMES[name]:
            reply.refusal(401, "UNAUTHORIZED")
            assert f'scope="repository:{name}:pull"' in reply.header("WWW-Authenticate")
        else:
            reply.refusal(400, "NAME_INVALID")
            assert reply.headers.get("WWW-Authenticate") is None
        assert reply.headers.get("X-Injected") is None


@pytest.mark.parametrize("tag", ["v1", "V1", "_", "0", "a.b-c_d", "x" * 128])
def test_tags_of_the_grammar(owner: Client, repository: str, tag: str) -> None:
    owner.push_blob(repository, random_blob())
    owner.get_manifest(repository, tag).refusal(404, "MANIFEST_UNKNOWN")


@pytest.mark.parametrize(
    "tag", [".a", "-a", "a+b", "x" * 129, "a@b", "a%20b", "%C3%BC", "a%0a", "a~", "%7F", ""]
)
def test_tags_outside_the_grammar(owner: Client, repository: str, tag: str) -> None:
    owner.push_blob(repository, random_blob())
    for method in ("GET", "PUT", "DELETE"):
        owner.send(method, f"/v2/{repository}/manifests/{tag}").refusal(400, "TAG_INVALID")


def test_slashes_and_dots_must_not_be_encoded(owner: Client, repository: str) -> None:
    """A proxy in front would read another path than the registry does."""
    owner.push_blob(repository, b"{}")
    namespace, _, name = repository.partition("/")
    for target in (
        f"/v2/{namespace}%2F{name}/tags/list",
        f"/v2/{namespace}%2f{name}/blobs/{DIGEST}",
        f"/v2/{repository}/x/%2e%2e/tags/list",
        f"/v2/{repository}/%2e/tags/list",
        f"/v2/{namespace}%5C{name}/tags/list",
        f"/v2/{repository}%00/tags/list",
        f"/v2/{repository}/manifests/a%2Fb",
        f"/v2/{repository}/manifests/a%00",
        f"/v2/{repository}/blobs/uploads/%00",
        f"/v2/{repository}/blobs/%2e%2e",
    ):
        reply = ask(owner, target.encode())
        assert reply.status in {400, 404}
        reply.refusal(reply.status)


def test_colon_of_a_digest_may_be_encoded(owner: Client, repository: str) -> None:
    owner.push_blob(repository, b"{}")
    encoded = DIGEST.replace(":", "%3A")
    assert ask(owner, f"/v2/{repository}/blobs/{encoded}".encode()).expect(200).body == b"{}"


@pytest.mark.parametrize(
    "target",
    [
        b"/v2/a/b/../../../../etc/passwd",
        b"/v2/a/../b/manifests/v1",
        b"/v2/./a/b/tags/list",
        b"/v2/a/b/blobs/../../../etc/passwd",
        b"/v2/a/b/blobs/sha256:" + b"../" * 20,
        b"/v2/a/b/manifests/..",
        b"/v2/a/b/manifests/\\..\\..",
        b"/v2/a/b/manifests/%",
        b"/v2/a/b/manifests/%zz",
        b"/v2/a/b/manifests/%ff%fe",
        b"/v2/a/b/manifests/%ed%a0%80",
        b"/v2/%ff/b/tags/list",
        b"/v2/a/b/tags/list?%ff=%fe&n=%",
        b"/v2/a/b/tags/list?" + b"a=b&" * 2000,
        b"/v2/" + b"a/" * 3000 + b"tags/list",
    ],
)
def test_odd_paths_are_refused(owner: Client, target: bytes) -> None:
    reply = ask(owner, target)
    assert 400 <= reply.status < 500, reply
    assert b"root:" not in reply.body
    if reply.status != 414:
        reply.refusal(reply.status)


def test_refusals_of_head_have_no_body(owner: Client, repository: str) -> None:
    for target in (
        f"/v2/{repository}/manifests/v1",
        f"/v2/{repository}/blobs/{DIGEST}",
        "/v2/A/b/manifests/v1",
    ):
        reply = owner.connection.send("HEAD", target)
        assert reply.status in {400, 401, 404}
        assert reply.body == b""
