"""Helm 3.6, the last with `helm chart save`: manifests without a media type, layers as `application/tar+gzip`."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import pytest

from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_over_http_to_this_machine(server: Server, shell: Shell, host: str) -> None:
    _round_trip(
        Shell(shell.home, HELM_EXPERIMENTAL_OCI="1"), [tool("helm36")], f"{host}:{server.port}", server
    )


def test_over_https_to_a_named_machine(tls_server: Server, shell: Shell) -> None:
    """This Helm speaks HTTP to every loopback address, so the machine's own name stands for one, in a private /etc/hosts."""
    name = socket.gethostname()
    hosts = shell.home / "hosts"
    hosts.write_text(f"127.0.0.1 {name}\n")
    private = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    script = f'mount --bind {hosts} /etc/hosts && exec "$@"'
    trusting = Shell(shell.home, HELM_EXPERIMENTAL_OCI="1", SSL_CERT_FILE=str(tls_server.ca))
    _round_trip(trusting, [*private, script, "sh", tool("helm36")], f"{name}:{tls_server.port}", tls_server)


def _round_trip(shell: Shell, helm: list[str | Path], host: str, server: Server) -> None:
    name = f"chart-{secrets.token_hex(4)}"
    reference = f"{host}/{server.admin.name}/{name}:0.1.0"
    login = [*helm, "registry", "login", host, "--username", server.admin.name, "--password-stdin"]
    assert "unauthorized" in shell.refused(*login, stdin="not-the-password")
    shell.run(*login, stdin=server.admin.password)
    shell.run(*helm, "create", name)
    shell.run(*helm, "chart", "save", name, reference)
    shell.run(*helm, "chart", "push", reference)
    shell.run(*helm, "chart", "remove", reference)
    shell.run(*helm, "chart", "pull", reference)
    shell.run(*helm, "chart", "export", reference, "--destination", "exported")
    for path in ("values.yaml", "templates/deployment.yaml", "templates/_helpers.tpl"):
        assert (shell.home / "exported" / name / path).read_bytes() == (shell.home / name / path).read_bytes()
