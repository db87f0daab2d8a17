"""skopeo: images between a layout on disk and the registry."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.clients.conftest import Image
from tests.support.layouts import read_blobs
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

Skopeo = Callable[..., str]


@pytest.fixture
def skopeo(server: Server, shell: Shell) -> Skopeo:
    """Runs skopeo, logged in as the first user, and returns what it prints."""
    login = ("login", "--tls-verify=false", "--username", server.admin.name, "--password-stdin", server.host)
    shell.run(tool("skopeo"), *login, stdin=server.admin.password)
    return lambda *arguments: shell.run(tool("skopeo"), *arguments).stdout.strip()


def _in(skopeo: Skopeo, image: Image, reference: str, *flags: str) -> None:
    source, target = f"oci:{image.layout}", f"docker://{reference}"
    skopeo("copy", "--dest-tls-verify=false", "--preserve-digests", *flags, source, target)


def _out(skopeo: Skopeo, reference: str, *flags: str) -> None:
    source = f"docker://{reference}"
    skopeo("copy", "--src-tls-verify=false", "--preserve-digests", *flags, source, "oci:copy:1")


def test_what_is_copied_in_is_copied_out(skopeo: Skopeo, shell: Shell, repository: str, image: Image) -> None:
    _in(skopeo, image, f"{repository}:1")
    inspected = json.loads(skopeo("inspect", "--tls-verify=false", f"docker://{repository}:1"))
    assert inspected["Digest"] == image.digest
    assert inspected["RepoTags"] == ["1"]
    _out(skopeo, f"{repository}:1")
    assert read_blobs(shell.home / "copy") == read_blobs(image.layout)


def test_an_index_is_copied_whole(skopeo: Skopeo, shell: Shell, repository: str, index: Image) -> None:
    _in(skopeo, index, f"{repository}:1", "--all")
    _out(skopeo, f"{repository}:1", "--all")
    assert read_blobs(shell.home / "copy") == read_blobs(index.layout)


def test_what_is_deleted_is_gone(skopeo: Skopeo, shell: Shell, repository: str, image: Image) -> None:
    _in(skopeo, image, f"{repository}:1")
    skopeo("delete", "--tls-verify=false", f"docker://{repository}:1")
    inspect = ("inspect", "--tls-verify=false", f"docker://{repository}:1")
    assert "manifest unknown" in shell.refused(tool("skopeo"), *inspect)
