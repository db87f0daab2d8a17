"""What is acknowledged is on disk: the order of system calls of a real server process, for each kind of push.

`kill -9` cannot show this, since the page cache survives the process: only the order of calls can.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import Person, Server, StartServer

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CALLS = "fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg"

FILE, RENAME, DIRECTORY, LOG, ANSWER = "fsync(file)", "rename", "fsync(directory)", "fdatasync(log)", "answer"
BLOB = [FILE, RENAME, DIRECTORY, LOG, ANSWER]
ROWS = [LOG, ANSWER]


def kind_of(line: str) -> str | None:
    """Return what one finished call of the trace means for a push, or None."""
    if re.search(r"\b(fsync|fdatasync)\(\d+<[^>]*/uploads/", line) and "= 0" in line:
        return FILE
    if re.search(r"\brename\w*\(.*/uploads/.*/blobs/", line) and "= 0" in line:
        return RENAME
    if re.search(r"\bfsync\(\d+<[^>]*/blobs/sha256/[0-9a-f]{2}>", line) and "= 0" in line:
        return DIRECTORY
    if re.search(r"\b(fsync|fdatasync)\(\d+<[^>]*/charthouse\.db-wal>", line) and "= 0" in line:
        return LOG
    if re.search(r"\b(write|writev|sendto|sendmsg)\(.*HTTP/1\.1 201", line):
        return ANSWER
    return None


def joined(lines: list[str]) -> Iterator[str]:
    """Yield each call where it ended; a call that another thread interrupted stands in two lines."""
    begun: dict[str, str] = {}
    for line in lines:
        pid, _, text = line.partition(" ")
        if "<unfinished ...>" in text:
            begun[pid] = text.replace("<unfinished ...>", "")
            if kind_of(text) == ANSWER:  # an answer counts from its beginning
                yield text
        elif "resumed>" in text:
            whole = begun.pop(pid, "") + text
            if kind_of(whole) != ANSWER:
                yield whole
        else:
            yield text


def order(lines: list[str]) -> list[str]:
    """Return the kinds of calls up to the first answer."""
    kinds = [kind for kind in map(kind_of, joined(lines)) if kind is not None]
    return kinds[: kinds.index(ANSWER) + 1] if ANSWER in kinds else kinds


def holds(kinds: list[str], wanted: list[str]) -> bool:
    """Tell whether ``wanted`` happened in this order, the answer last."""
    rest = iter(kinds)
    return bool(kinds) and kinds[-1] == ANSWER and all(kind in rest for kind in wanted)


class Traced:
    """A server with one process, and its owner."""

    def __init__(self, server: Server, owner: Person, place: Path) -> None:
        self.server = server
        self.owner = owner
        self.place = place
        self.prefix = f"/v2/{owner.name}/durable"

    def send(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> dict[str, str]:
        headers = self.owner.basic | ({"Content-Type": content_type} if content_type else {})
        answer = self.server.request(method, path, body, headers)
        assert answer.status in (201, 202), answer.body
        return dict(answer.headers)

    def blob(self) -> tuple[bytes, str]:
        data = os.urandom(50_000)
        return data, f"sha256:{hashlib.sha256(data).hexdigest()}"

    def stored(self) -> str:
        data, digest = self.blob()
        self.send("POST", f"{self.prefix}/blobs/uploads/?digest={digest}", data)
        return digest

    @contextmanager
    def trace(self) -> Iterator[list[str]]:
        """Collect the calls of all threads of all server processes while the block runs."""
        lines: list[str] = []
        log = self.place / f"trace-{time.monotonic_ns()}"
        pids = [str(pid) for pid in descendants(self.server.process.pid)]
        attach = [flag for pid in pids for flag in ("-p", pid)]
        strace = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(log), *attach],
            stderr=subprocess.PIPE,
        )
        try:
            assert strace.stderr is not None
            for _ in pids:
                assert b"attached" in strace.stderr.readline()
            yield lines
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(20)
            lines += log.read_text().splitlines()


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for text in children for child in (int(text), *descendants(int(text)))]


@pytest.fixture
def traced(start_server: StartServer, tmp_path: Path) -> Traced:
    server = start_server("--workers", "1", data=tmp_path / "data")
    subject = Traced(server, server.admin, tmp_path)
    subject.stored()  # makes the repository and warms what a first push loads
    return subject


def post_only(it: Traced) -> Callable[[], object]:
    data, digest = it.blob()
    return lambda: it.send("POST", f"{it.prefix}/blobs/uploads/?digest={digest}", data)


def post_and_put(it: Traced) -> Callable[[], object]:
    data, digest = it.blob()
    location = it.send("POST", f"{it.prefix}/blobs/uploads/")["location"]
    return lambda: it.send("PUT", f"{location}?digest={digest}", data)


def patch_and_put(it: Traced) -> Callable[[], object]:
    data, digest = it.blob()
    location = it.send("POST", f"{it.prefix}/blobs/uploads/")["location"]
    location = it.send("PATCH", location, data)["location"]
    return lambda: it.send("PUT", f"{location}?digest={digest}")


def mount(it: Traced) -> Callable[[], object]:
    digest = it.stored()
    path = f"/v2/{it.owner.name}/other/blobs/uploads/?mount={digest}&from={it.owner.name}/durable"
    return lambda: it.send("POST", path)


def manifest(it: Traced, reference: str) -> Callable[[], object]:
    descriptor = {"mediaType": "application/vnd.example", "digest": it.stored(), "size": 50_000}
    body = json.dumps({"schemaVersion": 2, "config": descriptor, "layers": []}).encode()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    path = f"{it.prefix}/manifests/{reference.replace('DIGEST', digest)}"
    return lambda: it.send("PUT", path, body, MANIFEST)


PUSHES: dict[str, tuple[Callable[[Traced], Callable[[], object]], list[str]]] = {
    "POST only": (post_only, BLOB),
    "POST and PUT": (post_and_put, BLOB),
    "PATCH and PUT": (patch_and_put, BLOB),
    "mount": (mount, ROWS),
    "manifest by tag": (lambda it: manifest(it, "v1"), ROWS),
    "manifest by digest with tags": (lambda it: manifest(it, "DIGEST?tag=a&tag=b"), ROWS),
}


def test_a_push_is_on_disk_before_its_answer(traced: Traced) -> None:
    for name, (prepare, wanted) in PUSHES.items():
        push = prepare(traced)
        with traced.trace() as lines:
            push()
        kinds = order(lines)
        assert holds(kinds, wanted), f"{name}: {kinds}"


@pytest.mark.parametrize("dropped", BLOB)
def test_a_missing_or_late_call_would_be_seen(dropped: str) -> None:
    assert holds(BLOB, BLOB)
    assert not holds([kind for kind in BLOB if kind != dropped], BLOB)
    if dropped != ANSWER:
        late = [kind for kind in BLOB if kind != dropped]
        late.insert(late.index(ANSWER) + 1, dropped)
        assert not holds(late, BLOB)
