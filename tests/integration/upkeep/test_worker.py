"""The process of the background jobs: beside an embedded server, and by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from charthouse.model.digests import digest_of
from tests.support.server import CHARTHOUSE, Server, StartServer

CONFIG = """
FEATURE_USER_INITIALIZE: true
GARBAGE_COLLECTION_FREQUENCY: 1
PUSH_TEMP_TAG_EXPIRATION_SEC: 1
"""


def children(server: Server) -> list[int]:
    """Return the worker processes of a server."""
    task = Path(f"/proc/{server.process.pid}/task")
    found = [int(pid) for path in task.glob("*/children") for pid in path.read_text().split()]
    return [pid for pid in found if b"charthouse.cli.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def eventually(check: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not come in time"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_dies_is_replaced_and_ends_with_the_server(start_server: StartServer) -> None:
    server = start_server()
    eventually(lambda: children(server))
    (first,) = children(server)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: children(server) and children(server) != [first])
    (second,) = children(server)
    server.stop()
    assert not alive(second)


def test_a_server_stops_at_once_before_its_child_has_started(start_server: StartServer) -> None:
    server = start_server()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10


def test_the_child_ends_when_the_server_is_killed(start_server: StartServer) -> None:
    server = start_server()
    eventually(lambda: children(server))
    (child,) = children(server)
    os.kill(server.process.pid, signal.SIGKILL)
    eventually(lambda: not alive(child), 10)
    server.kill()


def push_unneeded(server: Server) -> Callable[[], list[Path]]:
    """Push a blob that nothing needs; returns what tells the files that hold it."""
    payload = b"nobody needs this"
    digest = digest_of(payload)
    upload = f"/v2/{server.admin.name}/app/blobs/uploads/?digest={digest}"
    assert server.request("POST", upload, payload, server.admin.basic).status == 201

    def files() -> list[Path]:
        return list(server.data.glob(f"**/{digest.partition(':')[2]}.*"))

    assert len(files()) == 1
    return files


def test_the_child_collects(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    files = push_unneeded(start_server("--config", str(tmp_path / "config.yaml")))
    eventually(lambda: not files(), 60)


def test_a_worker_collects_beside_the_server(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "server.yaml").write_text(CONFIG + "FEATURE_GARBAGE_COLLECTION: false\n")
    server = start_server("--config", str(tmp_path / "server.yaml"))
    files = push_unneeded(server)
    where = ["--data", str(server.data), "--config", str(tmp_path / "config.yaml")]
    process = subprocess.Popen([CHARTHOUSE, "worker", *where])
    try:
        eventually(lambda: not files(), 60)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
