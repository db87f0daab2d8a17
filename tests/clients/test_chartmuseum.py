"""What is posted to ChartMuseum's API is what Helm 3.22 and 4.3 would have pushed, and pull; with the real curl and cm-push."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.cm_push import install_cm_push
from tests.support.gpg import gnupg
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool


@dataclass(frozen=True)
class Yard:
    """One version of Helm, logged in, with a classic repository called ``org``."""

    helm: Path
    shell: Shell
    server: Server
    organization: str

    @property
    def api(self) -> str:
        return f"{self.server.url}/charts/api/{self.organization}"

    def run(self, *arguments: str) -> str:
        """Run a command of Helm that needs no flag to reach the server."""
        done = self.shell.run(self.helm, *arguments)
        return done.stdout + done.stderr

    def package(self, version: str = "0.1.0", name: str = "my-web-chart") -> Path:
        """Make a chart as ``helm create`` does, and package it."""
        if not (self.shell.home / name).exists():
            self.run("create", name)
        self.run("package", name, "--version", version)
        return self.shell.home / f"{name}-{version}.tgz"

    def curl(self, *arguments: str) -> str:
        """Call the API with curl; returns the body and then the status."""
        admin = self.server.admin
        login = ("--user", f"{admin.name}:{admin.password}", "--write-out", " %{http_code}")
        return self.shell.run(tool("curl"), "--silent", *login, *arguments).stdout

    def manifest(self, organization: str, reference: str, name: str = "my-web-chart") -> bytes:
        """Return a manifest as it is stored."""
        path = f"/v2/{organization}/{name}/manifests/{reference}"
        answer = self.server.request("GET", path, headers=self.server.admin.basic)
        assert answer.status == 200
        return answer.body

    def pulled(self, *arguments: str) -> bytes:
        """Pull a package and return it."""
        target = self.shell.home / secrets.token_hex(4)
        target.mkdir()
        self.run("pull", *arguments, "--destination", str(target))
        [package] = target.glob("*.tgz")
        return package.read_bytes()


@pytest.fixture(params=["helm3", "helm4"])
def yard(request: pytest.FixtureRequest, shell: Shell, server: Server) -> Yard:
    organization, admin = f"org-{secrets.token_hex(4)}", server.admin
    server.create_organization(organization)
    made = Yard(tool(request.param), shell, server, organization)
    shell.environment["TZ"] = "UTC"
    login = ("registry", "login", server.host, "-u", admin.name, "--password-stdin", "--plain-http")
    shell.run(made.helm, *login, stdin=admin.password)
    made.run(
        "repo",
        "add",
        "org",
        f"{server.url}/charts/{organization}",
        "--username",
        admin.name,
        "--password",
        admin.password,
    )
    return made


@pytest.mark.parametrize("version", ["0.1.0", "1.2.3-rc.1+build.5"])
def test_posted_by_curl_it_is_pulled_by_both_doors(yard: Yard, version: str) -> None:
    package = yard.package(version)
    assert yard.curl("--data-binary", f"@{package}", f"{yard.api}/charts") == '{"saved":true} 201'
    address = f"oci://{yard.server.host}/{yard.organization}/my-web-chart"
    assert yard.pulled(address, "--version", version, "--plain-http") == package.read_bytes()
    yard.run("repo", "update", "org")
    assert yard.pulled("org/my-web-chart", "--version", version) == package.read_bytes()
    yard.run("template", "release", "org/my-web-chart", "--version", version)
    assert yard.curl("-X", "DELETE", f"{yard.api}/charts/my-web-chart/{version}") == '{"deleted":true} 200'
    yard.shell.refused(yard.helm, "pull", address, "--version", version, "--plain-http")


@pytest.mark.parametrize("signed", [False, True])
def test_the_manifest_is_the_one_that_helm_push_writes(yard: Yard, signed: bool) -> None:
    package = yard.package("1.0.0+b.1")
    other = f"{yard.organization}-pushed"
    yard.server.create_organization(other)
    form = ["-F", f"chart=@{package}"]
    if signed:
        with gnupg() as gpg:
            gpg.key("Ada", kind="rsa3072")
            ring = gpg.write(yard.shell.home / "secret.gpg", secret=True)
            sign = ("--sign", "--key", "Ada", "--keyring", str(ring))
            yard.run("package", "my-web-chart", "--version", "1.0.0+b.1", *sign)
        form += ["-F", f"prov=@{package}.prov"]
    assert yard.curl(*form, f"{yard.api}/charts") == '{"saved":true} 201'
    manifest = yard.manifest(yard.organization, "1.0.0_b.1")
    created = json.loads(manifest)["annotations"]["org.opencontainers.image.created"]
    moment = datetime.fromisoformat(created).timestamp()
    os.utime(package, (moment, moment))  # Helm takes it from the file
    pushed = yard.run("push", str(package), f"oci://{yard.server.host}/{other}", "--plain-http")
    assert f"sha256:{hashlib.sha256(manifest).hexdigest()}" in pushed
    assert yard.manifest(other, "1.0.0_b.1") == manifest


def test_a_provenance_that_comes_later_is_verified(yard: Yard) -> None:
    with gnupg() as gpg:
        gpg.key("Ada", kind="rsa3072")
        ring = gpg.write(yard.shell.home / "secret.gpg", secret=True)
        public = gpg.write(yard.shell.home / "public.gpg")
        package = yard.package()
        yard.run("package", "my-web-chart", "--sign", "--key", "Ada", "--keyring", str(ring))
    assert yard.curl("--data-binary", f"@{package}", f"{yard.api}/charts") == '{"saved":true} 201'
    verified = ("--verify", "--keyring", str(public), "--version", "0.1.0")
    address = f"oci://{yard.server.host}/{yard.organization}/my-web-chart"
    yard.shell.refused(yard.helm, "pull", address, *verified, "--plain-http")
    assert yard.curl("--data-binary", f"@{package}.prov", f"{yard.api}/prov") == '{"saved":true} 201'
    yard.pulled(address, *verified, "--plain-http")
    yard.run("repo", "update", "org")
    yard.pulled("org/my-web-chart", *verified)


def test_the_plugin_pushes(yard: Yard) -> None:
    install_cm_push(yard.helm, yard.shell)
    package = yard.package()
    assert "Done." in yard.run("cm-push", str(package), "org")
    refused = yard.shell.refused(yard.helm, "cm-push", str(package), "org")
    assert "409: my-web-chart-0.1.0.tgz already exists" in refused
    assert "Done." in yard.run("cm-push", str(package), "org", "--force")
    assert "Done." in yard.run("cm-push", "my-web-chart", "org", "--version", "0.2.0-rc.1+b2")
    admin, address = yard.server.admin, f"{yard.server.url}/charts/{yard.organization}"
    login = ("--username", admin.name, "--password", admin.password)
    assert "Done." in yard.run("cm-push", "my-web-chart", address, "--version", "0.3.0", *login)
    wrong = ("--username", admin.name, "--password", "wrong")
    assert "401" in yard.shell.refused(yard.helm, "cm-push", "my-web-chart", address, *wrong)
    yard.run("repo", "update", "org")
    listed = json.loads(yard.run("search", "repo", "org/", "--versions", "--devel", "--output", "json"))
    assert [one["version"] for one in listed] == ["0.3.0", "0.2.0-rc.1+b2", "0.1.0"]
