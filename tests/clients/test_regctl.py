"""regctl: copies, artifacts that refer to an image, and deleted tags."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.clients.conftest import Image
from tests.support.layouts import read_blobs
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

Regctl = Callable[..., str]


@pytest.fixture
def regctl(server: Server, shell: Shell) -> Regctl:
    """Runs regctl, logged in as the first user, and returns what it prints."""
    shell.run(tool("regctl"), "registry", "set", server.host, "--tls", "disabled", "--skip-check")
    login = ("registry", "login", server.host, "--user", server.admin.name, "--pass-stdin")
    shell.run(tool("regctl"), *login, stdin=server.admin.password)
    return lambda *arguments: shell.run(tool("regctl"), *arguments).stdout.strip()


def test_what_is_copied_in_is_copied_out(regctl: Regctl, shell: Shell, repository: str, index: Image) -> None:
    regctl("image", "copy", f"ocidir://index@{index.digest}", f"{repository}:1")
    assert regctl("image", "digest", f"{repository}:1") == index.digest
    regctl("image", "copy", f"{repository}:1", f"{repository}/mounted:1")
    regctl("image", "copy", f"{repository}/mounted:1", "ocidir://copy:1")
    assert read_blobs(shell.home / "copy") == read_blobs(index.layout)


def test_artifacts_are_found_by_what_they_refer_to(
    regctl: Regctl, shell: Shell, repository: str, image: Image
) -> None:
    regctl("image", "copy", f"ocidir://image@{image.digest}", f"{repository}:1")
    (shell.home / "bill.json").write_text('{"cargo": "tea"}')
    put = ("artifact", "put", "--subject", f"{repository}:1", "--file", "bill.json")
    regctl(*put, "--artifact-type", "application/vnd.example.bill")
    regctl(*put, "--artifact-type", "application/vnd.example.receipt")
    get = ("artifact", "get", "--subject", f"{repository}:1")
    bill = regctl(*get, "--filter-artifact-type", "application/vnd.example.bill")
    assert json.loads(bill) == {"cargo": "tea"}
    listed = json.loads(regctl("artifact", "list", f"{repository}:1", "--format", "{{json .}}"))
    kinds = {descriptor["artifactType"] for descriptor in listed["descriptors"]}
    assert kinds == {"application/vnd.example.bill", "application/vnd.example.receipt"}
    assert regctl("tag", "ls", repository) == "1"  # no fallback tag: the registry answers the referrers API


def test_a_deleted_tag_leaves_the_others(regctl: Regctl, repository: str, image: Image) -> None:
    for tag in ("1", "2"):
        regctl("image", "copy", f"ocidir://image@{image.digest}", f"{repository}:{tag}")
    regctl("tag", "delete", f"{repository}:1")
    assert regctl("tag", "ls", repository) == "2"
    assert regctl("image", "digest", f"{repository}:2") == image.digest
