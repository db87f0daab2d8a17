"""The application under another ASGI server than the one we ship with: nothing depends on Granian."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import CHARTHOUSE, Server, free_port

BASIC = {"Authorization": "Basic " + b64encode(b"ann:ann-secret").decode()}


@pytest.fixture
def uvicorn(tmp_path: Path) -> Iterator[Server]:
    data, log, port = tmp_path / "data", tmp_path / "log", free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "charthouse.compose:application"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--log-level", "warning"],
            env=os.environ | {"CHARTHOUSE_DATA": str(data)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    running = Server(process, data, port, log)
    try:
        running.wait_until_up()
        yield running
    finally:
        running.kill()


def test_push_and_pull_under_uvicorn(uvicorn: Server) -> None:
    create = [str(CHARTHOUSE), "admin", "create-user", "ann", "--password-stdin", "--data", str(uvicorn.data)]
    subprocess.run(create, input=b"ann-secret", check=True, timeout=30)
    blob = os.urandom(3_000_000)
    digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
    started = uvicorn.request("POST", "/v2/ann/thing/blobs/uploads/", b"", BASIC)
    assert started.status == 202
    finished = uvicorn.request("PUT", f"{started.headers['location']}?digest={digest}", blob, BASIC)
    assert finished.status == 201, finished.body
    whole = uvicorn.request("GET", f"/v2/ann/thing/blobs/{digest}", headers=BASIC)
    assert whole.body == blob
    part = uvicorn.request("GET", f"/v2/ann/thing/blobs/{digest}", headers=BASIC | {"Range": "bytes=5-9"})
    assert (part.status, part.body) == (206, blob[5:10])
