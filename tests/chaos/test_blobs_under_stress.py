"""Blobs under stress: fifty clients push the same one, files vanish or shrink, the server is told to stop."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.server import Person, Server, StartServer


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def push(server: Server, owner: Person, repository: str, data: bytes) -> int:
    """Push ``data`` by POST and PUT; returns the PUT's status."""
    started = server.request("POST", f"/v2/{owner.name}/{repository}/blobs/uploads/", b"", owner.basic)
    assert started.status == 202, started.body
    location = started.headers["location"]
    return server.request("PUT", f"{location}?digest={digest_of(data)}", data, owner.basic).status


def objects(data: Path) -> list[Path]:
    return [path for path in (data / "blobs" / "blobs").rglob("*") if path.is_file()]


def leftovers(data: Path) -> list[Path]:
    return list((data / "blobs" / "uploads").iterdir())


def test_fifty_clients_push_the_same_blob(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server(data=tmp_path / "data")
    owner = server.admin
    blob = os.urandom(700_000)
    with ThreadPoolExecutor(50) as clients:
        statuses = list(clients.map(lambda n: push(server, owner, f"same-{n % 5}", blob), range(50)))
    assert statuses == [201] * 50
    for number in range(5):
        path = f"/v2/{owner.name}/same-{number}/blobs/{digest_of(blob)}"
        assert server.request("GET", path, headers=owner.basic).body == blob
    assert len(objects(tmp_path / "data")) == 1, "one object is kept, the others are gone"
    assert leftovers(tmp_path / "data") == []


def test_a_vanished_or_cut_file_is_told_and_repaired(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server(data=tmp_path / "data")
    owner = server.admin
    for damage in (Path.unlink, lambda path: os.truncate(path, 10)):
        blob = os.urandom(100_000)
        path = f"/v2/{owner.name}/damaged/blobs/{digest_of(blob)}"
        assert push(server, owner, "damaged", blob) == 201
        [file] = [file for file in objects(tmp_path / "data") if digest_of(blob)[7:] in file.name]
        damage(file)
        for _ in range(4):  # every server process
            refused = server.request("GET", path, headers=owner.basic)
            assert refused.status == 404
            assert refused.json()["errors"][0]["code"] == "BLOB_UNKNOWN"
            assert server.request("HEAD", path, headers=owner.basic).status == 404
        assert push(server, owner, "damaged", blob) == 201
        assert server.request("GET", path, headers=owner.basic).body == blob


def test_a_stop_lets_a_push_and_a_pull_end(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server(data=tmp_path / "data")
    owner = server.admin
    blob = os.urandom(60_000_000)
    assert push(server, owner, "drained", blob) == 201
    pulled = hashlib.sha256()
    started = threading.Event()

    def pull_slowly() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", f"/v2/{owner.name}/drained/blobs/{digest_of(blob)}", headers=owner.basic)
        answer = connection.getresponse()
        while part := answer.read(4_000_000):
            pulled.update(part)
            started.set()
            time.sleep(0.1)

    late = os.urandom(3_000_000)

    def push_slowly() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.putrequest("POST", f"/v2/{owner.name}/drained/blobs/uploads/?digest={digest_of(late)}")
        connection.putheader("Authorization", owner.basic["Authorization"])
        connection.putheader("Content-Length", str(len(late)))
        connection.endheaders()
        for start in range(0, len(late), 300_000):
            connection.send(late[start : start + 300_000])
            time.sleep(0.15)
        return connection.getresponse().status

    with ThreadPoolExecutor(2) as clients:
        pull, pushed = clients.submit(pull_slowly), clients.submit(push_slowly)
        assert started.wait(20)
        server.process.send_signal(signal.SIGTERM)
        pull.result(40)
        assert pushed.result(40) == 201
    assert server.process.wait(40) == 0
    assert f"sha256:{pulled.hexdigest()}" == digest_of(blob)
    again = start_server(data=tmp_path / "data")
    assert (
        again.request("GET", f"/v2/{owner.name}/drained/blobs/{digest_of(late)}", headers=owner.basic).body
        == late
    )
