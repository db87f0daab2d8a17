"""Blobs: every way to push one, and what comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .client import Client
from .content import digest_of, random_blob
from .wire import Connection

Push = Callable[[Client, str, bytes, str], object]
ALGORITHMS = ("sha256", "sha512")
WAYS = {
    "post-only": Client.post_only,
    "post-put": Client.post_put,
    "stream": Client.patch_stream,
    "chunks": Client.patch_chunks,
}
every_way = pytest.mark.parametrize("way", WAYS)
every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


def assert_held(client: Client, repository: str, digest: str, data: bytes) -> None:
    """Fail unless the repository gives these very bytes, with every header that a blob's answer has."""
    head = client.get_blob(repository, digest, "HEAD").expect(200)
    assert head.body == b""
    get = client.get_blob(repository, digest).expect(200)
    assert get.body == data
    for reply in (head, get):
        assert reply.header("Content-Length") == str(len(data))
        assert reply.header("Docker-Content-Digest") == digest
        assert reply.header("ETag") == f'"{digest}"'
        assert reply.header("Accept-Ranges") == "bytes"
        assert reply.header("Content-Type") == "application/octet-stream"


def assert_gone(client: Client, repository: str, digest: str) -> None:
    """Fail unless the repository has no such blob."""
    client.get_blob(repository, digest).refusal(404)
    assert client.get_blob(repository, digest, "HEAD").expect(404).body == b""


@every_algorithm
@every_way
def test_pushed_blob_is_pulled_as_it_came(owner: Client, repository: str, way: str, algorithm: str) -> None:
    data = random_blob(3 * 1024 - 5)
    digest = digest_of(data, algorithm)
    reply = WAYS[way](owner, repository, data, digest).expect(201)
    assert reply.body == b""
    assert reply.header("Docker-Content-Digest") == digest
    assert reply.header("ETag") == f'"{digest}"'
    assert owner.send("GET", reply.header("Location")).expect(200).body == data
    assert_held(owner, repository, digest, data)
    owner.send("DELETE", f"/v2/{repository}/blobs/{digest}").expect(202)
    assert_gone(owner, repository, digest)


@every_algorithm
@every_way
@pytest.mark.parametrize("data", [b"", b"{}"], ids=["empty", "empty-json"])
def test_well_known_contents(owner: Client, repository: str, way: str, algorithm: str, data: bytes) -> None:
    digest = digest_of(data, algorithm)
    reply = WAYS[way](owner, repository, data, digest).expect(201)
    assert owner.send("GET", reply.header("Location")).expect(200).body == data
    assert_held(owner, repository, digest, data)


@every_algorithm
@every_way
def test_bytes_of_another_digest_are_refused(
    owner: Client, repository: str, way: str, algorithm: str
) -> None:
    data = random_blob(3 * 1024 - 5)
    digest = digest_of(data, algorithm)
    WAYS[way](owner, repository, data + b"oh no", digest).refusal(400, "DIGEST_INVALID")
    assert_gone(owner, repository, digest)
    assert_gone(owner, repository, digest_of(data + b"oh no", algorithm))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_announced_algorithm(owner: Client, repository: str, algorithm: str) -> None:
    data = random_blob()
    digest = digest_of(data, algorithm)
    location = owner.begin(repository, f"?digest-algorithm={algorithm}")
    owner.send("PATCH", location, data).expect(202)
    owner.send("PUT", f"{location}?digest={digest}").expect(201)
    assert_held(owner, repository, digest, data)


@pytest.mark.parametrize("name", ["md5", "sha384", "SHA256", "", "sha256%00"])
def test_unknown_algorithm(owner: Client, repository: str, name: str) -> None:
    target = f"/v2/{repository}/blobs/uploads/?digest-algorithm={name}"
    owner.send("POST", target).refusal(400, "DIGEST_INVALID")


def test_both_digests_of_the_same_bytes_are_two_names(owner: Client, repository: str) -> None:
    data = random_blob()
    digests = [owner.push_blob(repository, data, algorithm) for algorithm in ALGORITHMS]
    for digest in digests:
        assert_held(owner, repository, digest, data)
    owner.send("DELETE", f"/v2/{repository}/blobs/{digests[0]}").expect(202)
    assert_gone(owner, repository, digests[0])
    assert_held(owner, repository, digests[1], data)


@pytest.mark.parametrize("size", [1, 512 * 1024, 512 * 1024 + 1, 3 * 1024 * 1024 + 17])
@every_way
def test_sizes_around_what_is_stored_in_one_go(owner: Client, repository: str, way: str, size: int) -> None:
    data = random_blob(size)
    digest = digest_of(data)
    WAYS[way](owner, repository, data, digest).expect(201)
    assert_held(owner, repository, digest, data)


def test_pushed_twice_is_the_same_blob(owner: Client, repository: str) -> None:
    data = random_blob()
    for _ in range(2):
        assert_held(owner, repository, owner.push_blob(repository, data), data)


def test_missing_blob(owner: Client, repository: str) -> None:
    assert_gone(owner, repository, digest_of(random_blob()))
    owner.push_blob(repository, random_blob())
    absent = digest_of(random_blob())
    owner.get_blob(repository, absent).refusal(404, "BLOB_UNKNOWN")
    assert owner.get_blob(repository, absent, "HEAD").expect(404).body == b""


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_etag_is_not_sent_again(owner: Client, repository: str, method: str) -> None:
    digest = owner.push_blob(repository, random_blob())
    for etag in (f'"{digest}"', f'W/"{digest}"', f'"other", "{digest}"', "*"):
        reply = owner.get_blob(repository, digest, method, If_None_Match=etag).expect(304)
        assert reply.body == b""
        assert reply.header("ETag") == f'"{digest}"'
        assert reply.header("Docker-Content-Digest") == digest
    owner.get_blob(repository, digest, method, If_None_Match='"other"').expect(200)


def test_empty_answers_leave_the_connection_in_step(owner: Client, repository: str) -> None:
    """A HEAD, a 304 or a 404 with a stray body would be read as the next answer on a kept connection."""
    data = random_blob()
    digest = owner.push_blob(repository, data)
    for _ in range(3):
        owner.get_blob(repository, digest, "HEAD").expect(200)
        owner.get_blob(repository, digest_of(b"absent"), "HEAD").expect(404)
        owner.get_blob(repository, digest, If_None_Match=f'"{digest}"').expect(304)
        assert owner.get_blob(repository, digest).expect(200).body == data


@pytest.mark.parametrize("streamed", [False, True])
def test_refused_bodies_leave_the_connection_open(nobody: Client, repository: str, streamed: bool) -> None:
    """A client that streams cannot repeat a request that is lost with its connection."""
    connection = Connection(nobody.server.port)
    for size in (1, 10_000, 200_000):
        for method, path in (
            ("PUT", "manifests/v1"),
            ("POST", "blobs/uploads/"),
            ("PATCH", "blobs/uploads/x"),
        ):
            body = iter([b"x" * size]) if streamed else b"x" * size
            reply = connection.send(method, f"/v2/{repository}/{path}", body)
            reply.refusal(401, "UNAUTHORIZED")
            assert reply.headers.get("Connection") is None
