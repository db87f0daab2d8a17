"""Helm 3.22 and 4.3: charts in and out over HTTP and HTTPS."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.server import Person, Server
from tests.support.shell import Result, Shell
from tests.support.tools import tool


@dataclass(frozen=True)
class Helm:
    """One version of Helm in front of one server."""

    program: Path
    shell: Shell
    server: Server

    @property
    def trust(self) -> list[str]:
        """Return the flags that make Helm speak to the server."""
        return ["--ca-file", str(self.server.ca)] if self.server.tls else ["--plain-http"]

    def local(self, *arguments: str) -> Result:
        """Run a command that needs no registry."""
        return self.shell.run(self.program, *arguments)

    def run(self, *arguments: str, stdin: str = "") -> Result:
        """Run a command that asks the registry."""
        return self.shell.run(self.program, *arguments, *self.trust, stdin=stdin)

    def refused(self, *arguments: str, stdin: str = "") -> str:
        """Run a command that the registry must refuse."""
        return self.shell.refused(self.program, *arguments, *self.trust, stdin=stdin)

    def login(self, person: Person) -> None:
        """Log in as a person would."""
        login = ("registry", "login", self.server.host, "--username", person.name, "--password-stdin")
        self.run(*login, stdin=person.password)

    def package(self) -> tuple[str, Path]:
        """Make a chart with a name of its own; returns its URL and its package."""
        name = f"chart-{secrets.token_hex(4)}"
        self.local("create", name)
        self.local("package", name)
        return (
            f"oci://{self.server.host}/{self.server.admin.name}/{name}",
            self.shell.home / f"{name}-0.1.0.tgz",
        )

    def push(self) -> tuple[str, Path]:
        """Push a new chart as the first user; returns its URL and its package."""
        url, package = self.package()
        self.login(self.server.admin)
        pushed = self.run("push", package.name, url.rpartition("/")[0])
        assert "Digest: sha256:" in pushed.stdout + pushed.stderr
        return url, package

    def pull(self, url: str, *flags: str) -> bytes:
        """Pull a chart and return its package."""
        target = self.shell.home / f"pulled-{secrets.token_hex(4)}"
        target.mkdir()
        self.run("pull", url, "--destination", str(target), *flags)
        (package,) = target.iterdir()
        return package.read_bytes()


@pytest.fixture(params=["helm3", "helm4"])
def program(request: pytest.FixtureRequest) -> Path:
    return tool(request.param)


@pytest.fixture(params=["server", "tls_server"])
def helm(request: pytest.FixtureRequest, program: Path, shell: Shell) -> Helm:
    return Helm(program, shell, request.getfixturevalue(request.param))


def test_what_is_pushed_is_pulled(helm: Helm) -> None:
    url, package = helm.push()
    assert helm.pull(url) == package.read_bytes()
    assert helm.pull(url, "--version", "0.1.0") == package.read_bytes()
    assert helm.pull(url, "--version", ">=0.1.0-0 <0.2.0") == package.read_bytes()
    assert "^7" in helm.refused("pull", url, "--version", "^7")


def test_a_chart_is_shown_and_rendered_from_the_registry(helm: Helm) -> None:
    url, package = helm.push()
    shown = helm.run("show", "all", url).stdout
    assert "description: A Helm chart for Kubernetes" in shown
    assert "replicaCount: 1" in shown
    local = helm.local("template", "voyage", package.name, "--kube-version", "1.34.0").stdout
    assert helm.run("template", "voyage", url, "--kube-version", "1.34.0").stdout == local


def test_helm_4_tries_an_installation_without_a_cluster(shell: Shell, server: Server) -> None:
    helm = Helm(tool("helm4"), shell, server)
    url, _ = helm.push()
    assert "STATUS: pending-install" in helm.run("install", "voyage", url, "--dry-run=client").stdout


def test_a_wrong_password_is_refused(helm: Helm) -> None:
    login = ("registry", "login", helm.server.host, "--username", helm.server.admin.name, "--password-stdin")
    assert "401" in helm.refused(*login, stdin="not-the-password")


def test_a_private_chart_is_for_its_owner_until_it_is_public(
    program: Path, server: Server, tmp_path: Path
) -> None:
    owner = Helm(program, Shell(tmp_path / "owner"), server)
    stranger = Helm(program, Shell(tmp_path / "stranger"), server)
    nobody = Helm(program, Shell(tmp_path / "nobody"), server)
    url, package = owner.push()
    stranger.login(server.create_user(f"stranger-{secrets.token_hex(4)}"))

    for other in (stranger, nobody):
        other.refused("pull", url, "--version", "0.1.0")
        other.refused("show", "all", url)
    stranger.shell.run(program, "create", "intruder")
    stranger.shell.run(program, "package", "intruder")
    stranger.refused("push", "intruder-0.1.0.tgz", url.rpartition("/")[0])

    server.set_visibility(url.removeprefix(f"oci://{server.host}/"), "public")
    for other in (stranger, nobody):
        assert other.pull(url) == package.read_bytes()
    stranger.refused("push", "intruder-0.1.0.tgz", url.rpartition("/")[0])
