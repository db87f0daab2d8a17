"""Whole repositories of charts in and out, by Helm 3.22 and 4.3: imported, exported, and served from a directory."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import listening
from tests.support.server import CHARTHOUSE, Server, free_port
from tests.support.shell import Shell
from tests.support.tools import tool

SECONDS = 30.0


@dataclass(frozen=True)
class Helm:
    """One version of Helm on one person's machine."""

    program: Path
    shell: Shell

    def run(self, *arguments: str | Path, stdin: str = "") -> str:
        return self.shell.run(self.program, *arguments, stdin=stdin).stdout

    def package(self, name: str, version: str, place: Path) -> bytes:
        """Make a chart and its package in ``place``; returns the package."""
        chart = self.shell.home / "sources" / f"{name}-{version}" / name
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: {version}\n")
        (chart / "values.yaml").write_text("replicas: 1\n")
        (chart / "templates" / "a.yaml").write_text("kind: ConfigMap\n")
        place.mkdir(parents=True, exist_ok=True)
        self.run("package", chart, "--destination", place)
        return (place / f"{name}-{version}.tgz").read_bytes()

    def pull(self, chart: str, *flags: str | Path) -> bytes:
        """Pull a chart and return its package."""
        target = self.shell.home / f"pulled-{secrets.token_hex(4)}"
        target.mkdir()
        self.run("pull", chart, "--destination", target, *flags)
        [package] = target.iterdir()
        return package.read_bytes()

    def found(self, repository: str) -> dict[str, str]:
        """Return what a repository that was added has: chart → newest version."""
        self.run("repo", "update")
        charts = json.loads(self.run("search", "repo", f"{repository}/", "--output", "json"))
        return {one["name"].partition("/")[2]: one["version"] for one in charts}


@pytest.fixture(params=["helm3", "helm4"])
def helm(request: pytest.FixtureRequest, shell: Shell) -> Helm:
    return Helm(tool(request.param), shell)


@pytest.fixture
def charthouse(server: Server, shell: Shell) -> Callable[..., Any]:
    """Runs a command on charts on the data of the live server, and returns its report."""

    def run(*arguments: str | Path, stdin: str = "") -> Any:
        words = ("charts", *arguments, "--data", server.data, "--output", "json")
        return json.loads(shell.run(CHARTHOUSE, *words, stdin=stdin).stdout)

    return run


@pytest.fixture
def organization(server: Server) -> str:
    """An organization of the first user's."""
    name = f"org-{secrets.token_hex(4)}"
    server.create_organization(name)
    return name


@contextmanager
def site(directory: Path, log: Path) -> Iterator[str]:
    """Serve a directory as any web server does."""
    port = free_port()
    command = (
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        directory,
    )
    with listening(command, port, log):
        yield f"http://127.0.0.1:{port}"


def add(helm: Helm, server: Server, organization: str) -> str:
    """Add an organization of the live server as a classic repository; returns what Helm calls it."""
    admin = server.admin
    credentials = ("--username", admin.name, "--password-stdin")
    address = f"{server.url}/charts/{organization}"
    helm.run("repo", "add", organization, address, *credentials, stdin=admin.password)
    return organization


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is so; raises AssertionError when it does not come about."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)


def test_a_static_repository_is_imported(
    helm: Helm, server: Server, charthouse: Callable[..., Any], organization: str, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    web = helm.package("web", "1.0.0", source)
    helm.package("web", "1.1.0+build.1", source)
    helm.package("api", "0.1.0", source)
    helm.run("repo", "index", source)
    with site(source, tmp_path / "site.log") as address:
        report = charthouse("import", address, organization)
        assert (report["imported"], report["present"], report["failed"]) == (3, 0, [])
        assert charthouse("import", address, organization)["present"] == 3
    repository = add(helm, server, organization)
    assert helm.found(repository) == {"api": "0.1.0", "web": "1.1.0+build.1"}
    assert helm.pull(f"{repository}/web", "--version", "1.0.0") == web
    admin = server.admin
    login = ("registry", "login", server.host, "--username", admin.name, "--password-stdin", "--plain-http")
    helm.run(*login, stdin=admin.password)
    assert helm.pull(f"oci://{server.host}/{organization}/web", "--version", "1.0.0", "--plain-http") == web


def test_a_private_repository_behind_another_authority_is_imported(
    helm: Helm,
    server: Server,
    tls_server: Server,
    charthouse: Callable[..., Any],
    organization: str,
    tmp_path: Path,
) -> None:
    other = tls_server.admin
    name = f"web-{secrets.token_hex(4)}"
    package = helm.package(name, "1.0.0", tmp_path)
    trust = ("--ca-file", str(tls_server.ca))
    login = ("registry", "login", tls_server.host, "--username", other.name, "--password-stdin", *trust)
    helm.run(*login, stdin=other.password)
    helm.run("push", tmp_path / f"{name}-1.0.0.tgz", f"oci://{tls_server.host}/{other.name}/team", *trust)
    credentials = ("--username", other.name, "--password-stdin", *trust)
    address = f"{tls_server.url}/charts/{other.name}/team"
    report = charthouse("import", address, organization, *credentials, stdin=other.password)
    assert (report["imported"] >= 1, report["failed"]) == (True, [])
    repository = add(helm, server, organization)
    assert helm.pull(f"{repository}/{name}", "--version", "1.0.0") == package


def test_an_export_is_a_repository_on_any_web_server(
    helm: Helm, charthouse: Callable[..., Any], organization: str, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    packages = [helm.package("web", version, source) for version in ("1.0.0", "1.1.0+build.1")]
    charthouse("import", source, organization)
    below = helm.package("db", "3.0.0", tmp_path / "below")
    charthouse("import", tmp_path / "below", f"{organization}/team")
    static = tmp_path / "static"
    report = charthouse("export", organization, static)
    assert (report["versions"], report["levels"]) == (3, 2)
    assert charthouse("export", organization, static)["written"] == 0
    with site(static, tmp_path / "site.log") as address:
        helm.run("repo", "add", "static", address)
        helm.run("repo", "add", "team", f"{address}/team")
        assert helm.found("static") == {"web": "1.1.0+build.1"}
        for version, package in zip(("1.0.0", "1.1.0+build.1"), packages, strict=True):
            assert helm.pull("static/web", "--version", version) == package
        assert helm.pull("team/db") == below


@pytest.fixture
def served(helm: Helm, tmp_path: Path) -> Iterator[tuple[str, Path, bytes]]:
    """A directory that is served: host and port, the directory, and the package of web 1.0.0 in it."""
    directory, port = tmp_path / "served", free_port()
    web = helm.package("web", "1.0.0", directory)
    (directory / "broken-1.0.0.tgz").write_bytes(b"no package")
    command = (CHARTHOUSE, "charts", "serve", directory, "--port", str(port))
    with listening(command, port, tmp_path / "serve.log"):
        yield f"127.0.0.1:{port}", directory, web


def test_a_directory_is_served_both_ways(helm: Helm, served: tuple[str, Path, bytes], tmp_path: Path) -> None:
    host, directory, web = served
    helm.run("repo", "add", "local", f"http://{host}/charts/local")
    assert helm.found("local") == {"web": "1.0.0"}
    assert helm.pull("local/web") == web
    assert helm.pull(f"oci://{host}/local/web", "--plain-http") == web
    assert "broken-1.0.0.tgz is left out" in (tmp_path / "serve.log").read_text()
    refused = helm.shell.refused(
        helm.program, "push", directory / "web-1.0.0.tgz", f"oci://{host}/local", "--plain-http"
    )
    assert "Error" in refused
    newer = helm.package("web", "2.0.0", directory)
    eventually(lambda: helm.found("local") == {"web": "2.0.0"})
    assert helm.pull(f"oci://{host}/local/web", "--plain-http") == newer
    (directory / "web-2.0.0.tgz").unlink()
    eventually(lambda: helm.found("local") == {"web": "1.0.0"})
    assert {path.name for path in directory.iterdir()} == {"web-1.0.0.tgz", "broken-1.0.0.tgz"}
