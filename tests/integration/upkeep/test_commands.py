"""The upkeep commands beside a live server: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from charthouse.model.digests import digest_of
from tests.support.registry import image_manifest
from tests.support.server import CHARTHOUSE, Server

Result = subprocess.CompletedProcess[str]


def run(data: Path, *arguments: str) -> Result:
    return subprocess.run(
        [CHARTHOUSE, *arguments, "--data", str(data)], capture_output=True, text=True, timeout=60
    )


def report(data: Path, *arguments: str, status: int = 0) -> Any:
    result = run(data, *arguments, "--output", "json")
    assert result.returncode == status, result.stderr
    return json.loads(result.stdout)


def push(server: Server, repository: str, payload: bytes, tag: str = "") -> str:
    digest = digest_of(payload)
    answer = server.request(
        "POST", f"/v2/{repository}/blobs/uploads/?digest={digest}", payload, server.admin.basic
    )
    assert answer.status == 201
    if tag:
        headers = server.admin.basic | {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
        path = f"/v2/{repository}/manifests/{tag}"
        assert server.request("PUT", path, image_manifest([digest]), headers).status == 201
    return digest


def objects(server: Server, digest: str) -> list[Path]:
    return list(server.data.glob(f"**/{digest.partition(':')[2]}.*"))


def test_gc(server: Server) -> None:
    repository = f"{server.admin.name}/gc"
    kept = push(server, repository, b"kept", tag="v1")
    push(server, repository, b"just pushed")
    foretold = report(server.data, "gc", "--dry-run")
    assert (foretold["dry_run"], foretold["blobs"], foretold["deleted"]) == (True, 0, 0)
    assert report(server.data, "gc")["blobs"] == 0
    assert server.request("GET", f"/v2/{repository}/blobs/{kept}", headers=server.admin.basic).body == b"kept"
    assert "would be collected:" in run(server.data, "gc", "--dry-run").stdout


def test_gc_takes_what_a_deleted_repository_held(server: Server) -> None:
    repository = f"{server.admin.name}/deleted"
    digest = push(server, repository, b"goes with its repository", tag="v1")
    assert objects(server, digest)
    gone = server.request("DELETE", f"/api/v1/repository/{repository}", headers=server.admin.bearer)
    assert gone.status == 204
    blob = f"/v2/{repository}/blobs/{digest}"
    assert server.request("GET", blob, headers=server.admin.basic).status == 404
    deadline = time.monotonic() + 30
    while objects(server, digest):  # the server's own jobs may be at it
        assert time.monotonic() < deadline
        report(server.data, "gc")


def test_scrub(server: Server) -> None:
    repository = f"{server.admin.name}/scrubbed"
    damaged = push(server, repository, b"as it was", tag="v1")
    assert report(server.data, "scrub", "--rate", "0")["damaged"] == []
    (file,) = objects(server, damaged)
    file.write_bytes(b"as it is!")
    found = report(server.data, "scrub", status=3)["damaged"]
    assert found == [{"digest": damaged, "reason": "digest", "repositories": [repository]}]
    path = f"/v2/{repository}/blobs/{damaged}"
    assert server.request("GET", path, headers=server.admin.basic).status == 404
    push(server, repository, b"as it was")
    assert server.request("GET", path, headers=server.admin.basic).body == b"as it was"
    assert report(server.data, "scrub")["damaged"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["export", "no-namespace", "x.tar"], 1, "namespace/name"),
        (["export", "ann/app:v1:v2", "x.tar"], 1, "a tag has"),
        (["export", "harbourmaster/none", "x.tar"], 1, "there is no repository"),
        (["import", ".", "harbourmaster/app"], 1, "no OCI image layout"),
        (["import", "not-there.tar", "ann/app"], 2, "does not exist"),
        (["scrub", "--rate", "-1"], 2, "--rate"),
    ],
)
def test_refusals_say_what_to_do(server: Server, arguments: list[str], status: int, message: str) -> None:
    assert server.admin
    result = run(server.data, *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [["gc"], ["scrub"], ["worker"], ["export", "ann/app", "x.tar"]])
def test_a_directory_without_a_registry_is_left_alone(tmp_path: Path, command: list[str]) -> None:
    result = run(tmp_path / "typo", *command)
    assert result.returncode == 1
    assert "there is no registry in" in result.stderr
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("command", ["gc", "scrub", "export", "import", "worker"])
def test_help_teaches(command: str) -> None:
    text = subprocess.run([CHARTHOUSE, command, "--help"], capture_output=True, text=True, check=True).stdout
    assert "server" in text
    assert "--data" in text
