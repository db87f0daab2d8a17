"""helm search hub of Helm 3.22 and 4.3: what is public without a login, what is private by the address's credentials."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Person, Server
from tests.support.shell import Shell
from tests.support.tools import tool


@pytest.fixture(params=["helm3", "helm4"])
def program(request: pytest.FixtureRequest) -> Path:
    return tool(request.param)


@pytest.fixture(params=["server", "tls_server"])
def place(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


class Seeker:
    """Helm on one machine, in front of one server."""

    def __init__(self, program: Path, home: Path, server: Server) -> None:
        trust = {"SSL_CERT_FILE": str(server.ca)} if server.tls else {}
        self.shell = Shell(home, **trust)
        self.program, self.server = program, server

    def push(self, name: str, description: str) -> None:
        """Push a chart to the first user's namespace."""
        server, admin = self.server, self.server.admin
        self.shell.run(self.program, "create", name)
        chart = self.shell.home / name / "Chart.yaml"
        chart.write_text(chart.read_text().replace("A Helm chart for Kubernetes", description))
        self.shell.run(self.program, "package", name)
        flags = ["--ca-file", str(server.ca)] if server.tls else ["--plain-http"]
        login = ("registry", "login", server.host, "--username", admin.name, "--password-stdin", *flags)
        self.shell.run(self.program, *login, stdin=admin.password)
        self.shell.run(self.program, "push", f"{name}-0.1.0.tgz", f"oci://{server.host}/{admin.name}", *flags)

    def search(self, word: str, person: Person | None = None) -> list[Any]:
        """Return what ``helm search hub`` prints as JSON."""
        scheme, _, host = self.server.url.partition("://")
        login = "" if person is None else f"{person.name}:{person.password}@"
        endpoint = f"{scheme}://{login}{host}"
        asked = ("search", "hub", "--endpoint", endpoint, word, "-o", "json", "--list-repo-url")
        answer = self.shell.run(self.program, *asked).stdout
        assert person is None or person.password not in answer
        found: list[Any] = json.loads(answer)
        return found


def test_search_hub(program: Path, place: Server, tmp_path: Path) -> None:
    seeker = Seeker(program, tmp_path, place)
    admin = place.admin
    word = f"sextant{secrets.token_hex(4)}"
    name = f"chart-{secrets.token_hex(4)}"
    seeker.push(name, f"Finds the {word}; 별을 찾습니다")

    assert seeker.search(word) == []
    stranger = place.create_user(f"stranger-{secrets.token_hex(4)}")
    assert seeker.search(word, stranger) == []
    [found] = seeker.search(word, admin)
    assert found["url"] == f"oci://{place.host}/{admin.name}/{name}"
    assert (found["version"], found["app_version"]) == ("0.1.0", "1.16.0")
    assert found["description"] == f"Finds the {word}; 별을 찾습니다"
    assert found["repository"] == {"url": f"{place.url}/charts/{admin.name}", "name": admin.name}
    place.set_visibility(f"{admin.name}/{name}", "public")
    assert seeker.search(word) == seeker.search(word[:10]) == [found]
    assert found in seeker.search("찾습")
    assert found in seeker.search("")


def test_wrong_credentials_are_refused(program: Path, place: Server, tmp_path: Path) -> None:
    wrong = f"{place.url.partition('://')[0]}://{place.admin.name}:not-the-password@{place.host}"
    told = Seeker(program, tmp_path, place).shell.refused(program, "search", "hub", "--endpoint", wrong, "x")
    assert "unable to perform search" in told
