"""What the clients' tests share: a home for each, a repository name for each, a server over HTTPS."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.layouts import write_image
from tests.support.server import Server, serving
from tests.support.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A person's machine, new for each test."""
    return Shell(tmp_path / "home")


@pytest.fixture(scope="session")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a certificate of its own authority, shared by all tests."""
    with serving(tmp_path_factory.mktemp("tls-server"), "--tls", "auto") as running:
        yield running


@pytest.fixture
def repository(server: Server) -> str:
    """The name of a repository, with the server's address, that the first user may push to."""
    return f"{server.host}/{server.admin.name}/{secrets.token_hex(6)}"


@dataclass(frozen=True)
class Image:
    """An image layout on disk, and its root's digest."""

    layout: Path
    digest: str


@pytest.fixture
def image(shell: Shell) -> Image:
    """An image that no registry has seen."""
    layout = shell.home / "image"
    return Image(layout, write_image(layout, {"cargo": secrets.token_bytes(100_000)}))


@pytest.fixture
def index(shell: Shell) -> Image:
    """An image for two architectures that no registry has seen."""
    layout = shell.home / "index"
    return Image(layout, write_image(layout, {"cargo": secrets.token_bytes(50_000)}, "amd64", "arm64"))
