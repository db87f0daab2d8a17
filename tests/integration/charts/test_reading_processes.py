"""The processes that read charts beside a real server: they hold no secret, cost it nothing, and end with it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from charthouse.model.digests import digest_of
from tests.support.bad_packages import zeros
from tests.support.packages import chart_manifest, package
from tests.support.server import Answer, Server, StartServer


def push(server: Server, name: str, tag: str, content: bytes) -> Answer:
    """Push a package as the first user, as clients do."""
    repository = f"/v2/{server.admin.name}/{name}"
    for blob in (b"{}", content):
        path = f"{repository}/blobs/uploads/?digest={digest_of(blob)}"
        assert server.request("POST", path, blob, server.admin.basic).status == 201
    kind = {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
    manifest = chart_manifest(b"{}", content)
    return server.request("PUT", f"{repository}/manifests/{tag}", manifest, kind | server.admin.basic)


def children(pid: int) -> list[int]:
    """Return the children of a process, of whichever thread."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def readers(server: Server) -> list[int]:
    """Return the processes in which the server reads charts."""
    return [child for pid in server.server_processes() for child in children(pid)]


def memory(pid: int) -> int:
    """Return the most memory that a process ever had, in bytes."""
    [line] = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    ]
    return int(line.split()[1]) * 1024


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)


@pytest.mark.parametrize("end", ["stop", "kill", "kill the server process"])
def test_they_start_with_the_first_chart_and_end_with_the_server(start_server: StartServer, end: str) -> None:
    server = start_server("--workers", "1")
    assert server.admin
    assert readers(server) == []
    assert push(server, "web", "1.0.0", package("web", "1.0.0")).status == 201
    [reader] = readers(server)
    [pid] = server.server_processes()
    if end == "stop":
        server.stop()
    else:
        if end == "kill":
            os.kill(server.process.pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
    wait_until_gone(reader)
    if end == "kill the server process":  # its place is taken, and charts are read as before
        server.wait_until_up()
        assert push(server, "web", "1.0.1", package("web", "1.0.1")).status == 201
        assert readers(server) not in ([], [reader])
    server.kill()  # where nobody asks how an orphan ended, ``stop`` would find it


def test_they_are_given_no_secret_and_no_descriptor(start_server: StartServer) -> None:
    server = start_server("--workers", "1", environment={"CHARTHOUSE_TEST_SECRET": "hunter2"})
    assert push(server, "web", "1.0.0", package("web", "1.0.0")).status == 201
    [reader] = readers(server)
    assert b"hunter2" not in Path(f"/proc/{reader}/environ").read_bytes()
    open_files = sorted(str(file.readlink()) for file in Path(f"/proc/{reader}/fd").iterdir())
    assert open_files[:3] == ["/dev/null", "/dev/null", f"/proc/{reader}/statm"]
    assert len(open_files) == 4
    assert open_files[3].startswith("socket:")


def test_a_bomb_costs_the_server_nothing(start_server: StartServer) -> None:
    server = start_server("--workers", "1")
    assert push(server, "web", "1.0.0", package("web", "1.0.0")).status == 201
    [pid] = server.server_processes()
    before = memory(pid)
    for number in range(3):
        began = time.monotonic()
        assert push(server, "web", f"2.0.{number}", zeros(1024**3 + number * 1024**2)).status == 201
        assert time.monotonic() - began < 15
    assert server.server_processes() == [pid]
    assert memory(pid) - before < 64 * 1024**2
    assert push(server, "web", "1.1.0", package("web", "1.1.0")).status == 201
    index = server.request("GET", f"/charts/{server.admin.name}/index.yaml", headers=server.admin.basic)
    assert index.status == 200
    assert b"web-1.1.0.tgz" in index.body
    assert b"2.0." not in index.body
