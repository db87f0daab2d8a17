"""Upload sessions: where they stand, chunks out of order, endings, broken connections, a restart in the middle."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.support.server import StartServer

from .client import Client
from .content import digest_of, random_blob
from .test_blobs import ALGORITHMS, assert_gone, assert_held
from .wire import Reply, broken_off


def offset_of(status: Reply) -> int:
    """Return how many bytes an upload's status acknowledges (``0-0`` is none, or one)."""
    first, _, last = status.expect(204).header("Range").partition("-")
    assert first == "0"
    return int(last) + 1 if int(last) else 0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("put_last", [False, True], ids=["patches", "put-last"])
def test_chunks_out_of_order_are_refused_and_recovered(
    owner: Client, repository: str, algorithm: str, put_last: bool
) -> None:
    data = random_blob(3 * 1024 - 5)
    digest = digest_of(data, algorithm)
    owner.patch_chunks(repository, data, digest, put_last=put_last, disorder=True).expect(201)
    assert_held(owner, repository, digest, data)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_last_chunk_in_the_put(owner: Client, repository: str, algorithm: str) -> None:
    data = random_blob(3 * 1024 - 5)
    digest = digest_of(data, algorithm)
    reply = owner.patch_chunks(repository, data, digest, put_last=True).expect(201)
    assert reply.header("Docker-Content-Digest") == digest
    assert_held(owner, repository, digest, data)
    owner.patch_chunks(repository, data + b"!", digest, put_last=True).refusal(400, "DIGEST_INVALID")


def test_refused_chunk_tells_where_to_go_on(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    owner.chunk("PATCH", location, 0, b"0123").expect(202)
    for method, start in (("PATCH", 5), ("PATCH", 0), ("PUT", 3)):
        target = f"{location}?digest={digest_of(b'0123')}" if method == "PUT" else location
        reply = owner.chunk(method, target, start, b"4567")
        error = reply.refusal(416, "BLOB_UPLOAD_INVALID")
        assert error["detail"] == {"offset": 4}
        assert reply.header("Range") == "0-3"
        assert reply.header("Location") == location
    owner.chunk("PATCH", location, 4, b"4567").expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(b'01234567')}").expect(201)


@pytest.mark.parametrize(
    "span",
    ["", "0", "4-", "-4", "3-0", "0-x", "bytes", "0-3,4-7", "1e3-2e3", "0-" + "9" * 30, "+0-3", "0--3"],
)
def test_malformed_content_range(owner: Client, repository: str, span: str) -> None:
    location = owner.begin(repository)
    owner.send("PATCH", location, b"0123", {"Content-Range": span}).refusal(400)
    assert offset_of(owner.send("GET", location)) == 0


@pytest.mark.parametrize("span", ["0-2", "0-4"])
def test_length_that_contradicts_the_range(owner: Client, repository: str, span: str) -> None:
    location = owner.begin(repository)
    owner.send("PATCH", location, b"0123", {"Content-Range": span}).refusal(400, "SIZE_INVALID")
    owner.send("PATCH", location, [b"01", b"23"], {"Content-Range": span}).refusal(400, "SIZE_INVALID")
    assert offset_of(owner.send("GET", location)) == 0
    owner.send("PATCH", location, [b"01", b"23"], {"Content-Range": "0-3"}).expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(b'0123')}").expect(201)


def test_refused_length_keeps_what_came_before(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    owner.send("PATCH", location, b"0123").expect(202)
    owner.send("PATCH", location, [b"4567"], {"Content-Range": "4-5"}).refusal(400, "SIZE_INVALID")
    assert offset_of(owner.send("GET", location)) == 4
    owner.chunk("PATCH", location, 4, b"4567").expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(b'01234567')}").expect(201)


def test_status_of_a_new_upload(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    status = owner.send("GET", location).expect(204)
    assert status.header("Location") == location
    assert status.header("Range") == "0-0"
    assert status.header("Docker-Upload-UUID") == location.rpartition("/")[2]
    assert status.body == b""


def test_uploads_are_independent(owner: Client, repository: str) -> None:
    first, second = owner.begin(repository), owner.begin(repository)
    assert first != second
    owner.send("PATCH", first, b"first").expect(202)
    owner.send("PATCH", second, b"second").expect(202)
    owner.send("PUT", f"{second}?digest={digest_of(b'second')}").expect(201)
    owner.send("PUT", f"{first}?digest={digest_of(b'first')}").expect(201)


def test_cancelled_upload_is_gone(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    owner.send("PATCH", location, b"0123").expect(202)
    assert owner.send("DELETE", location).expect(204).body == b""
    digest = digest_of(b"0123")
    owner.send("GET", location).refusal(404, "BLOB_UPLOAD_UNKNOWN")
    owner.send("PATCH", location, b"4567").refusal(404, "BLOB_UPLOAD_UNKNOWN")
    owner.send("PUT", f"{location}?digest={digest}").refusal(404, "BLOB_UPLOAD_UNKNOWN")
    owner.send("DELETE", location).refusal(404, "BLOB_UPLOAD_UNKNOWN")
    assert_gone(owner, repository, digest)


def test_finished_upload_is_gone(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    owner.send("PUT", f"{location}?digest={digest_of(b'0123')}", b"0123").expect(201)
    owner.send("GET", location).refusal(404, "BLOB_UPLOAD_UNKNOWN")


def test_upload_ends_with_a_wrong_digest(owner: Client, repository: str) -> None:
    location = owner.begin(repository)
    owner.send("PATCH", location, b"0123").expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(b'other')}").refusal(400, "DIGEST_INVALID")
    owner.send("GET", location).refusal(404, "BLOB_UPLOAD_UNKNOWN")


@pytest.mark.parametrize(
    "query", ["", "?digest=", "?digest=sha256:abc", "?digest=md5:" + "0" * 32, "?tag=v1"]
)
def test_put_must_name_a_digest(owner: Client, repository: str, query: str) -> None:
    location = owner.begin(repository)
    owner.send("PUT", location + query, b"0123").refusal(400, "DIGEST_INVALID")
    owner.send("PUT", f"{location}?digest={digest_of(b'0123')}", b"0123").expect(201)


@pytest.mark.parametrize(
    "upload", ["unknown", "00000000-0000-0000-0000-000000000000", "a" * 2000, "ü", "%F0%9F"]
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_unknown_upload(owner: Client, repository: str, method: str, upload: str) -> None:
    owner.push_blob(repository, b"first")
    target = f"/v2/{repository}/blobs/uploads/{upload.encode().decode('latin-1')}"
    if upload == "ü":
        target = f"/v2/{repository}/blobs/uploads/%C3%BC"
    query = f"?digest={digest_of(b'')}" if method == "PUT" else ""
    owner.send(method, target + query).refusal(404, "BLOB_UPLOAD_UNKNOWN")


def test_status_is_true_after_a_broken_patch(owner: Client, repository: str) -> None:
    data = random_blob(3 * 1024 * 1024)
    location = owner.begin(repository)
    owner.send("PATCH", location, data[:1000]).expect(202)
    assert owner.person is not None
    head = (
        f"PATCH {location} HTTP/1.1\r\nHost: {owner.server.host}\r\n"
        f"Authorization: {owner.person.basic['Authorization']}\r\nContent-Length: {len(data) - 1000}\r\n\r\n"
    )
    broken_off(owner.server.port, head.encode(), data[1000 : 2 * 1024 * 1024])
    offset = settled_offset(owner, location)
    assert 1000 <= offset <= 2 * 1024 * 1024
    owner.chunk("PATCH", location, offset, data[offset:]).expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(data)}").expect(201)
    assert_held(owner, repository, digest_of(data), data)


def test_broken_put_leaves_the_upload_where_it_was(owner: Client, repository: str) -> None:
    data = random_blob(2 * 1024 * 1024)
    digest = digest_of(data)
    location = owner.begin(repository)
    owner.send("PATCH", location, data[:1000]).expect(202)
    assert owner.person is not None
    head = (
        f"PUT {location}?digest={digest} HTTP/1.1\r\nHost: {owner.server.host}\r\n"
        f"Authorization: {owner.person.basic['Authorization']}\r\nContent-Length: {len(data) - 1000}\r\n\r\n"
    )
    broken_off(owner.server.port, head.encode(), data[1000:-1000])
    assert settled_offset(owner, location) == 1000
    assert_gone(owner, repository, digest)
    owner.chunk("PUT", f"{location}?digest={digest}", 1000, data[1000:]).expect(201)
    assert_held(owner, repository, digest, data)


def settled_offset(client: Client, location: str) -> int:
    """Return an upload's offset once the server has noticed that its client left."""
    offset, deadline = -1, time.monotonic() + 10
    while time.monotonic() < deadline:
        time.sleep(0.3)
        now = offset_of(client.send("GET", location))
        if now == offset:
            return now
        offset = now
    raise AssertionError("the upload does not come to rest")


def test_uploads_go_on_after_a_restart(start_server: StartServer, tmp_path: Path) -> None:
    data = random_blob(2 * 1024 * 1024)
    first = start_server("--workers", "1", data=tmp_path / "data")
    client = Client(first, first.admin)
    repository = f"{first.admin.name}/chart"
    locations = [client.begin(repository, f"?digest-algorithm={algorithm}") for algorithm in ALGORITHMS]
    for location in locations:
        client.chunk("PATCH", location, 0, data[:700_000]).expect(202)
    first.kill()

    second = Client(start_server("--workers", "1", data=tmp_path / "data"), first.admin)
    for location, algorithm in zip(locations, ALGORITHMS, strict=True):
        assert offset_of(second.send("GET", location)) == 700_000
        second.chunk("PATCH", location, 700_000, data[700_000:1_500_000]).expect(202)
        digest = digest_of(data, algorithm)
        second.chunk("PUT", f"{location}?digest={digest}", 1_500_000, data[1_500_000:]).expect(201)
        assert_held(second, repository, digest, data)


def test_chunks_reach_different_workers(owner: Client, repository: str) -> None:
    """Each chunk on a connection of its own: the workers share them out."""
    data = random_blob(16 * 1000)
    location = owner.begin(repository)
    for start in range(0, len(data), 1000):
        owner.connection.close()
        owner.chunk("PATCH", location, start, data[start : start + 1000]).expect(202)
    owner.send("PUT", f"{location}?digest={digest_of(data)}").expect(201)
    assert_held(owner, repository, digest_of(data), data)


class Halfway:
    """A request whose body has come in half, on a connection of its own."""

    def __init__(self, client: Client, method: str, target: str, data: bytes) -> None:
        assert client.person is not None
        head = (
            f"{method} {target} HTTP/1.1\r\nHost: {client.server.host}\r\nContent-Length: {len(data)}\r\n"
            f"Authorization: {client.person.basic['Authorization']}\r\nConnection: close\r\n\r\n"
        )
        self._rest = data[len(data) // 2 :]
        self._connection = socket.create_connection(("127.0.0.1", client.server.port), timeout=30)
        self._connection.sendall(head.encode() + data[: len(data) // 2])
        time.sleep(0.2)  # so that the server has begun with it

    def end(self) -> int:
        """Send the rest and return the status."""
        with self._connection as connection:
            connection.sendall(self._rest)
            return int(connection.recv(4096).split(b" ")[1])


@pytest.mark.parametrize("begun", [0, 1000], ids=["new", "begun"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_two_requests_at_once_on_one_upload(owner: Client, repository: str, method: str, begun: int) -> None:
    """One goes on, the other is refused; what is kept is the bytes of one of them, not of both mixed."""
    data = random_blob(3 * 1024 * 1024)
    location = owner.begin(repository)
    if begun:
        owner.send("PATCH", location, data[:begun]).expect(202)
    first = Halfway(owner, "PATCH", location, data[begun:])
    query = f"?digest={digest_of(data)}" if method == "PUT" else ""
    second = owner.send(method, location + query, data[begun:])
    assert second.status in {201, 202, 404, 409, 416}, second
    if second.status >= 400:
        second.refusal(second.status)
    ended = first.end()
    assert ended in {202, 404, 409, 416}
    assert (ended < 300) != (second.status < 300), "exactly one of the two was taken"
    if owner.send("GET", location).status == 204:
        owner.send("PUT", f"{location}?digest={digest_of(data)}").expect(201)
    assert_held(owner, repository, digest_of(data), data)


def test_upload_cancelled_while_bytes_come_in(owner: Client, repository: str) -> None:
    data = random_blob(3 * 1024 * 1024)
    location = owner.begin(repository)
    first = Halfway(owner, "PATCH", location, data)
    owner.send("DELETE", location).expect(204)
    assert first.end() in {404, 409}
    owner.send("GET", location).refusal(404, "BLOB_UPLOAD_UNKNOWN")


def test_address_of_uploads_without_its_slash(owner: Client, repository: str) -> None:
    location = owner.send("POST", f"/v2/{repository}/blobs/uploads").expect(202).header("Location")
    owner.send("PUT", f"{location}?digest={digest_of(b'x')}", b"x").expect(201)


def test_client_that_waits_to_be_told_to_go_on(owner: Client, nobody: Client, repository: str) -> None:
    """``Expect: 100-continue``, as curl sends it: a refusal comes without the body being asked for."""
    assert owner.person is not None
    digest = digest_of(b"0123")
    head = (
        f"POST /v2/{repository}/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: {owner.server.host}\r\n"
        "Content-Length: 4\r\nExpect: 100-continue\r\n"
    )
    for authorization, first in (
        (f"Authorization: {owner.person.basic['Authorization']}\r\n", b"100"),
        ("", b"401"),
    ):
        with socket.create_connection(("127.0.0.1", owner.server.port), timeout=30) as connection:
            connection.sendall(f"{head}{authorization}\r\n".encode())
            assert connection.recv(4096).split(b" ")[1] == first
            if first == b"100":
                connection.sendall(b"0123")
                assert connection.recv(4096).split(b" ")[1] == b"201"
    assert_held(owner, repository, digest, b"0123")
