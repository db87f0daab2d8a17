"""docs/howto/signing.md: its lines, run as they stand there, with each Helm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.gpg import gnupg
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

GUIDE = Path(__file__).parents[2] / "docs" / "howto" / "signing.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["helm3", "helm4"])
def test_the_guide_works_as_it_stands(name: str, shell: Shell, tls_server: Server) -> None:
    server, helm = tls_server, tool(name)
    acme = f"signers-{name}"
    server.create_organization(acme)
    with gnupg() as gpg:
        shell.environment |= {
            "GNUPGHOME": str(gpg.home),
            "PATH": f"{helm.parent}:{tool('jq').parent}:{shell.environment['PATH']}",
            "SSL_CERT_FILE": str(server.ca),
            "CURL_CA_BUNDLE": str(server.ca),
            "REGISTRY": server.host,
            "TOKEN": server.admin.access_token,
        }
        login = ("registry", "login", server.host, "--username", server.admin.name, "--password-stdin")
        shell.run(helm, *login, stdin=server.admin.password)
        shell.run(helm, "create", "web")
        lines = "".join(BLOCK.findall(GUIDE.read_text())).replace("acme", acme)
        assert lines.count("helm ") == 4
        done = shell.run("bash", "-euxo", "pipefail", "-c", f"mkdir pulled\n{lines}")
    assert "Signed by: Release <release@example.com>" in done.stdout
