"""Helm 3.22 and 4.3 with classic repositories: what is pushed by OCI is found, pulled and depended on by index.yaml."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.server import Person, Server
from tests.support.shell import Shell
from tests.support.tools import tool


@dataclass(frozen=True)
class Helm:
    """One version of Helm, of one person's machine, in front of one server."""

    program: Path
    shell: Shell
    server: Server

    @property
    def _trust(self) -> list[str]:
        return ["--ca-file", str(self.server.ca)] if self.server.tls else []

    def local(self, *arguments: str) -> str:
        """Run a command that knows by itself where to ask."""
        return self.shell.run(self.program, *arguments).stdout

    def push(self, namespace: str, name: str, version: str, **fields: Any) -> bytes:
        """Make a chart and push it by OCI as the first user; returns its package."""
        admin = self.server.admin
        trust = self._trust or ["--plain-http"]
        login = ("registry", "login", self.server.host, "-u", admin.name, "--password-stdin")
        self.shell.run(self.program, *login, *trust, stdin=admin.password)
        chart = self.shell.home / "charts" / f"{name}-{version}"
        chart.mkdir(parents=True)
        described = {
            "apiVersion": "v2",
            "name": name,
            "version": version,
            "description": "A sextant",
        } | fields
        (chart / "Chart.yaml").write_text(yaml.safe_dump(described))
        (chart / "values.yaml").write_text("replicas: 1\n")
        self.local("package", str(chart), "--destination", str(self.shell.home))
        package = f"{name}-{version}.tgz"
        self.shell.run(self.program, "push", package, f"oci://{self.server.host}/{namespace}", *trust)
        return (self.shell.home / package).read_bytes()

    def add(self, name: str, level: str, person: Person | None = None) -> None:
        """Add a classic repository."""
        login = ["--username", person.name, "--password", person.password] if person else []
        self.local("repo", "add", name, f"{self.server.url}/charts/{level}", *login, *self._trust)

    def refused(self, name: str, level: str, person: Person | None = None) -> str:
        """Return what adding a classic repository says that is not to be had."""
        login = ["--username", person.name, "--password", person.password] if person else []
        address = f"{self.server.url}/charts/{level}"
        return self.shell.refused(self.program, "repo", "add", name, address, *login, *self._trust)

    def found(self, *flags: str) -> list[tuple[str, str]]:
        """Return names and versions that ``helm search repo`` finds."""
        self.local("repo", "update")
        found = json.loads(self.local("search", "repo", "--output", "json", *flags))
        return [(one["name"], one["version"]) for one in found]


@pytest.fixture(params=["helm3", "helm4"])
def program(request: pytest.FixtureRequest) -> Path:
    return tool(request.param)


@pytest.fixture(params=["server", "tls_server"])
def helm(request: pytest.FixtureRequest, program: Path, shell: Shell) -> Helm:
    return Helm(program, shell, request.getfixturevalue(request.param))


@pytest.fixture
def organization(helm: Helm) -> str:
    name = f"org-{secrets.token_hex(4)}"
    assert helm.server.admin
    helm.server.create_organization(name)
    return name


def test_what_is_pushed_is_searched_and_pulled(helm: Helm, organization: str) -> None:
    first = helm.push(organization, "sextant", "1.2.0")
    helm.add("org", organization, helm.server.admin)
    assert helm.found() == [("org/sextant", "1.2.0")]
    second = helm.push(organization, "sextant", "1.10.0-rc.1+build.5")
    dashed = helm.push(organization, "sextant-2-go", "0.1.0")
    assert helm.found("--versions", "--devel") == [
        ("org/sextant", "1.10.0-rc.1+build.5"),
        ("org/sextant", "1.2.0"),
        ("org/sextant-2-go", "0.1.0"),
    ]
    for name, version, package in (
        ("sextant", "1.2.0", first),
        ("sextant", "1.10.0-rc.1+build.5", second),
        ("sextant-2-go", "0.1.0", dashed),
    ):
        pulled = helm.shell.home / f"pulled-{name}-{version}"
        pulled.mkdir()
        helm.local("pull", f"org/{name}", "--version", version, "--destination", str(pulled))
        [file] = pulled.iterdir()
        assert file.read_bytes() == package
    assert "name: sextant" in helm.local("show", "chart", "org/sextant", "--version", "^1")


def test_a_chart_depends_on_one_by_the_classic_address(helm: Helm, organization: str) -> None:
    helm.push(organization, "sextant", "1.2.0")
    helm.add("org", organization, helm.server.admin)
    parent = helm.shell.home / "parent"
    parent.mkdir()
    dependency = {
        "name": "sextant",
        "version": "~1.2",
        "repository": f"{helm.server.url}/charts/{organization}",
    }
    described = {"apiVersion": "v2", "name": "parent", "version": "0.1.0", "dependencies": [dependency]}
    (parent / "Chart.yaml").write_text(yaml.safe_dump(described))
    helm.local("dependency", "update", str(parent))
    assert (parent / "charts" / "sextant-1.2.0.tgz").exists()


def test_each_person_finds_what_is_theirs(program: Path, server: Server, tmp_path: Path) -> None:
    owner = Helm(program, Shell(tmp_path / "owner"), server)
    stranger = Helm(program, Shell(tmp_path / "stranger"), server)
    nobody = Helm(program, Shell(tmp_path / "nobody"), server)
    organization = f"org-{secrets.token_hex(4)}"
    assert server.admin
    server.create_organization(organization)
    for name in ("open", "closed"):
        owner.push(organization, name, "1.0.0")
    person = server.create_user(f"stranger-{secrets.token_hex(4)}")
    assert "404" in stranger.refused("org", organization, person)
    assert "404" in stranger.refused("org", f"no-{organization}", person)
    assert "401" in nobody.refused("org", organization)
    assert "401" in nobody.refused("org", f"no-{organization}")

    server.set_visibility(f"{organization}/open", "public")
    owner.add("org", organization, server.admin)
    stranger.add("org", organization, person)
    nobody.add("org", organization)
    assert owner.found() == [("org/closed", "1.0.0"), ("org/open", "1.0.0")]
    for other in (stranger, nobody):
        assert other.found() == [("org/open", "1.0.0")]
        other.local("pull", "org/open")

    server.set_visibility(f"{organization}/open", "private")
    assert "404" in stranger.refused("again", organization, person)
    assert "401" in nobody.refused("again", organization)
