"""docs/howto/charts.md: its lines, run as they stand there, with each Helm."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.processes import listening
from tests.support.server import CHARTHOUSE, Server, free_port
from tests.support.shell import Shell
from tests.support.tools import tool

GUIDE = Path(__file__).parents[2] / "docs" / "howto" / "charts.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["helm3", "helm4"])
def test_the_guide_works_as_it_stands(name: str, shell: Shell, tls_server: Server) -> None:
    server, helm, acme = tls_server, tool(name), f"charts-{name}"
    admin = server.admin
    source, port = shell.home / "source", free_port()
    for version in ("1.0.0", "1.1.0"):
        shell.run(helm, "create", "web")
        shell.run(helm, "package", "web", "--version", version, "--destination", source)
    shell.run(helm, "repo", "index", source)
    login = ("registry", "login", server.host, "--username", admin.name, "--password-stdin")
    shell.run(helm, *login, "--ca-file", server.ca, stdin=admin.password)
    shell.environment |= {
        "PATH": f"{helm.parent}:{CHARTHOUSE.parent}:{shell.environment['PATH']}",
        "SSL_CERT_FILE": str(server.ca),
        "CURL_CA_BUNDLE": str(server.ca),
        "DATA": str(server.data),
        "SOURCE": f"http://127.0.0.1:{port}",
        "REGISTRY": server.host,
        "NAME": admin.name,
        "PASSWORD": admin.password,
        "TOKEN": admin.access_token,
    }
    lines = "".join(BLOCK.findall(GUIDE.read_text())).replace("acme", acme)
    web = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", source)
    with listening(web, port, shell.home / "source.log"):
        done = shell.run("bash", "-euxo", "pipefail", "-c", f"mkdir classic oci\n{lines}")
    assert f"imported into {acme}: 2 charts" in done.stdout
    assert f"exported {acme} to site: 2 versions of 1 chart" in done.stdout
    assert '"refuse"' in done.stdout
    shell.run(helm, "package", "web", "--version", "2.0.0")
    push = (helm, "push", "web-2.0.0.tgz", f"oci://{server.host}/{acme}", "--ca-file", server.ca)
    shell.run(*push)  # what it lacks is exempt
    (shell.home / "web" / "values.yaml").write_text("password: hunter2hunter2\n")
    shell.run(helm, "package", "web", "--version", "3.0.0")
    refused = shell.refused(helm, "push", "web-3.0.0.tgz", *push[3:])
    assert "secret-value" in refused
    assert "hunter2" not in refused
