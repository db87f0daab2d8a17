"""docs/howto/chartmuseum.md: its lines, run as they stand there, with each Helm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cm_push import install_cm_push
from tests.support.gpg import gnupg
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool

GUIDE = Path(__file__).parents[2] / "docs" / "howto" / "chartmuseum.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["helm3", "helm4"])
def test_the_guide_works_as_it_stands(name: str, shell: Shell, tls_server: Server) -> None:
    server, helm = tls_server, tool(name)
    acme = f"museum-{name}"
    assert server.admin
    server.create_organization(acme)
    shell.environment |= {
        "PATH": f"{helm.parent}:{tool('jq').parent}:{shell.environment['PATH']}",
        "SSL_CERT_FILE": str(server.ca),
        "CURL_CA_BUNDLE": str(server.ca),
        "REGISTRY": server.host,
        "NAME": server.admin.name,
        "PASSWORD": server.admin.password,
    }
    with gnupg() as gpg:
        gpg.key("Release")
        gpg.write(shell.home / "secret.gpg", secret=True)
        login = ("registry", "login", server.host, "--username", server.admin.name, "--password-stdin")
        shell.run(helm, *login, stdin=server.admin.password)
        install_cm_push(helm, shell)
        shell.run(helm, "create", "web")
        lines = "".join(BLOCK.findall(GUIDE.read_text())).replace("acme", acme)
        done = shell.run("bash", "-euxo", "pipefail", "-c", f"mkdir classic oci\n{lines}")
    assert done.stdout.count('{"saved":true}') == 4
    assert done.stdout.count('{"deleted":true}') == 2
    assert (shell.home / "values.yaml").read_text() == (shell.home / "web" / "values.yaml").read_text()
