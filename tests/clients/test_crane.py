"""crane: images in and out, lists, indexes and deletion."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clients.conftest import Image
from tests.support.layouts import read_blobs
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

Crane = Callable[..., str]


@pytest.fixture
def crane(server: Server, shell: Shell) -> Crane:
    """Runs crane, logged in as the first user, and returns what it prints."""
    login = ("auth", "login", server.host, "--username", server.admin.name, "--password-stdin")
    shell.run(tool("crane"), *login, stdin=server.admin.password)
    return lambda *arguments: shell.run(tool("crane"), *arguments).stdout.strip()


def test_what_is_pushed_is_pulled(crane: Crane, shell: Shell, repository: str, image: Image) -> None:
    assert crane("push", str(image.layout), f"{repository}:1").endswith(image.digest)
    assert crane("digest", f"{repository}:1") == image.digest
    assert crane("manifest", f"{repository}:1").encode() == read_blobs(image.layout)[image.digest]
    crane("pull", "--format", "oci", f"{repository}:1", "pulled")
    assert read_blobs(shell.home / "pulled") == read_blobs(image.layout)
    assert "PASS" in crane("validate", "--remote", f"{repository}:1")


def test_an_index_keeps_its_images(crane: Crane, shell: Shell, repository: str, index: Image) -> None:
    crane("push", "--index", str(index.layout), f"{repository}:1")
    assert index.digest in crane("manifest", f"{repository}:1")
    crane("pull", "--format", "oci", f"{repository}@{index.digest}", "pulled")
    assert read_blobs(shell.home / "pulled") == read_blobs(index.layout)


def test_images_are_built_in_the_registry(crane: Crane, shell: Shell, repository: str, image: Image) -> None:
    (shell.home / "more.tar").write_bytes(b"\0" * 1024)
    crane("push", str(image.layout), f"{repository}:1")
    crane("append", "--base", f"{repository}:1", "--new_layer", "more.tar", "--new_tag", f"{repository}:2")
    crane("index", "append", "-m", f"{repository}:1", "-m", f"{repository}:2", "-t", f"{repository}:all")
    assert image.digest in crane("manifest", f"{repository}:all")
    crane("validate", "--remote", f"{repository}:all")
    assert crane("ls", repository).split() == ["1", "2", "all"]


def test_a_copy_is_the_same_image(crane: Crane, server: Server, repository: str, image: Image) -> None:
    crane("push", str(image.layout), f"{repository}:1")
    crane("copy", f"{repository}:1", f"{repository}/copy:1")
    assert crane("digest", f"{repository}/copy:1") == image.digest
    names = {repository.partition("/")[2], repository.partition("/")[2] + "/copy"}
    assert names <= set(crane("catalog", server.host).split())


def test_what_is_deleted_is_gone(crane: Crane, shell: Shell, repository: str, image: Image) -> None:
    crane("push", str(image.layout), f"{repository}:1")
    crane("tag", f"{repository}:1", "2")
    crane("delete", f"{repository}:2")
    assert crane("ls", repository) == "1"
    crane("delete", f"{repository}@{image.digest}")
    assert "MANIFEST_UNKNOWN" in shell.refused(tool("crane"), "manifest", f"{repository}:1")


def test_over_https(tls_server: Server, shell: Shell, image: Image) -> None:
    trusting = Shell(shell.home, SSL_CERT_FILE=str(tls_server.ca))
    owner = tls_server.admin
    login = ("auth", "login", tls_server.host, "--username", owner.name, "--password-stdin")
    trusting.run(tool("crane"), *login, stdin=owner.password)
    reference = f"{tls_server.host}/{owner.name}/crane:1"
    trusting.run(tool("crane"), "push", str(image.layout), reference)
    assert trusting.run(tool("crane"), "digest", reference).stdout.strip() == image.digest
