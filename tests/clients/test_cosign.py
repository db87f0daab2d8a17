"""cosign: signatures and attestations beside an image, found by tag and by referrer, without any public service."""

from __future__ import annotations

import pytest

from tests.clients.conftest import Image
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

SIGN = ("--key", "cosign.key", "--tlog-upload=false", "--yes")
VERIFY = ("--key", "cosign.pub", "--private-infrastructure", "--trusted-root", "root.json")
EMPTY_ROOT = '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'
"""A trusted root of our own, so that cosign asks for no public one."""


@pytest.fixture
def pushed(server: Server, shell: Shell, repository: str, image: Image) -> str:
    """An image in the registry, by digest, and a pair of keys in the home directory."""
    shell.environment |= {"COSIGN_PASSWORD": "", "COSIGN_EXPERIMENTAL": "1"}
    login = ("login", server.host, "--username", server.admin.name, "--password-stdin")
    shell.run(tool("cosign"), *login, stdin=server.admin.password)
    shell.run(tool("cosign"), "generate-key-pair")
    (shell.home / "root.json").write_text(EMPTY_ROOT)
    shell.run(tool("crane"), "push", str(image.layout), f"{repository}:1")
    return f"{repository}@{image.digest}"


def test_a_signature_by_tag(shell: Shell, repository: str, pushed: str) -> None:
    shell.refused(tool("cosign"), "verify", *VERIFY, pushed)
    shell.run(tool("cosign"), "sign", *SIGN, pushed)
    assert pushed.partition("@")[2] in shell.run(tool("cosign"), "verify", *VERIFY, pushed).stdout
    tags = shell.run(tool("crane"), "ls", repository).stdout.split()
    assert tags == ["1", pushed.partition("@")[2].replace(":", "-") + ".sig"]


def test_a_signature_by_referrer(shell: Shell, repository: str, pushed: str) -> None:
    verify = ("verify", "--experimental-oci11", *VERIFY, pushed)
    shell.refused(tool("cosign"), *verify)
    shell.run(tool("cosign"), "sign", "--registry-referrers-mode", "oci-1-1", *SIGN, pushed)
    assert pushed.partition("@")[2] in shell.run(tool("cosign"), *verify).stdout
    assert shell.run(tool("crane"), "ls", repository).stdout.split() == ["1"]


def test_an_attestation(shell: Shell, pushed: str) -> None:
    (shell.home / "statement").write_text("all aboard")
    shell.run(tool("cosign"), "attest", "--type", "custom", "--predicate", "statement", *SIGN, pushed)
    shell.run(tool("cosign"), "verify-attestation", "--type", "custom", *VERIFY, pushed)
