"""`charthouse export` and `import` beside a live server, read and written by skopeo and crane."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.layouts import read_blobs
from tests.support.server import CHARTHOUSE, Server
from tests.support.shell import Shell
from tests.support.tools import tool

from .conftest import Image

Charthouse = Callable[..., Any]


@pytest.fixture
def charthouse(server: Server, shell: Shell) -> Charthouse:
    """Runs a command of ours on the data of the live server, and returns its report."""

    def run(*arguments: object) -> Any:
        words = [str(argument) for argument in arguments]
        return json.loads(shell.run(CHARTHOUSE, *words, "--data", server.data, "--output", "json").stdout)

    return run


@pytest.fixture
def name(server: Server, repository: str) -> str:
    """A repository's name as our own commands take it."""
    return repository.removeprefix(f"{server.host}/")


@pytest.fixture
def logged_in(server: Server, shell: Shell) -> Shell:
    """A shell whose skopeo and crane are logged in as the first user."""
    admin = server.admin
    skopeo = (tool("skopeo"), "login", "--tls-verify=false", "--username", admin.name, "--password-stdin")
    shell.run(*skopeo, server.host, stdin=admin.password)
    crane = (tool("crane"), "auth", "login", server.host, "--username", admin.name, "--password-stdin")
    shell.run(*crane, stdin=admin.password)
    return shell


def test_what_is_imported_is_pulled(
    charthouse: Charthouse, logged_in: Shell, repository: str, name: str, index: Image
) -> None:
    report = charthouse("import", index.layout, f"{name}:1")
    assert (report["tags"], report["manifests"], report["blobs"], report["pushed"]) == (["1"], 3, 4, 4)
    assert (
        logged_in.run(tool("crane"), "digest", "--insecure", f"{repository}:1").stdout.strip() == index.digest
    )
    copy = ("copy", "--src-tls-verify=false", "--preserve-digests", "--all")
    logged_in.run(tool("skopeo"), *copy, f"docker://{repository}:1", "oci:copy:1")
    assert read_blobs(logged_in.home / "copy") == read_blobs(index.layout)


@pytest.mark.parametrize(("place", "transport"), [("copy", "oci"), ("copy.tar", "oci-archive")])
def test_skopeo_reads_an_export(
    charthouse: Charthouse,
    logged_in: Shell,
    repository: str,
    name: str,
    image: Image,
    place: str,
    transport: str,
) -> None:
    charthouse("import", image.layout, f"{name}:1")
    report = charthouse("export", name, logged_in.home / place)
    assert (report["tags"], report["missing"]) == (["1"], [])
    source = f"{transport}:{logged_in.home / place}:1"
    assert json.loads(logged_in.run(tool("skopeo"), "inspect", source).stdout)["Digest"] == image.digest
    push = ("copy", "--dest-tls-verify=false", "--preserve-digests", source, f"docker://{repository}:2")
    logged_in.run(tool("skopeo"), *push)
    assert (
        logged_in.run(tool("crane"), "digest", "--insecure", f"{repository}:2").stdout.strip() == image.digest
    )


def test_crane_reads_an_export(
    charthouse: Charthouse, logged_in: Shell, repository: str, name: str, image: Image
) -> None:
    charthouse("import", image.layout, f"{name}:1")
    charthouse("export", f"{name}:1", logged_in.home / "copy")
    logged_in.run(tool("crane"), "validate", "--remote", f"{repository}:1", "--insecure")
    logged_in.run(tool("crane"), "push", "--insecure", logged_in.home / "copy", f"{repository}:2")
    assert (
        logged_in.run(tool("crane"), "digest", "--insecure", f"{repository}:2").stdout.strip() == image.digest
    )


def test_an_archive_of_skopeo_is_imported(
    charthouse: Charthouse, logged_in: Shell, repository: str, name: str, image: Image
) -> None:
    target = logged_in.home / "made.tar"
    logged_in.run(
        tool("skopeo"), "copy", "--preserve-digests", f"oci:{image.layout}", f"oci-archive:{target}:v1"
    )
    assert charthouse("import", target, name)["tags"] == ["v1"]
    assert (
        logged_in.run(tool("crane"), "digest", "--insecure", f"{repository}:v1").stdout.strip()
        == image.digest
    )


def test_rights(server: Server, charthouse: Charthouse, shell: Shell, name: str, image: Image) -> None:
    server.create_user("deckhand")
    charthouse("import", image.layout, f"{name}:1", "--as", server.admin.name)
    for command in (
        ("import", image.layout, f"{name}:2"),
        ("export", f"{name}:1", shell.home / "stolen.tar"),
    ):
        refusal = shell.refused(CHARTHOUSE, *command, "--as", "deckhand", "--data", server.data)
        assert "deckhand" in refusal
    refusal = shell.refused(CHARTHOUSE, "import", image.layout, "nobody/app:1", "--data", server.data)
    assert "no user or organization nobody" in refusal
    assert not (shell.home / "stolen.tar").exists()
