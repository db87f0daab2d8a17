"""The Python `oras` client: files in and out."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from oras.client import OrasClient

from tests.support.server import Server
from tests.support.shell import Shell


@pytest.mark.parametrize("backend", ["basic", "token"])
@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_pushed_is_pulled(
    server: Server, shell: Shell, repository: str, chunked: bool, backend: str
) -> None:
    cargo = shell.home / "cargo.bin"
    cargo.write_bytes(secrets.token_bytes(100_000))
    settings = str(shell.home / "auth.json")
    client = OrasClient(hostname=server.host, insecure=True, auth_backend=backend)
    client.login(server.admin.name, server.admin.password, hostname=server.host, config_path=settings)
    client.push(
        target=f"{repository}:1",
        files=[f"{cargo}:application/octet-stream"],
        config_path=settings,
        disable_path_validation=True,
        do_chunked=chunked,
        chunk_size=30_000,
    )
    (pulled,) = client.pull(target=f"{repository}:1", config_path=settings, outdir=str(shell.home / "pulled"))
    assert Path(pulled).read_bytes() == cargo.read_bytes()
    assert client.get_tags(f"{repository}:1") == ["1"]
