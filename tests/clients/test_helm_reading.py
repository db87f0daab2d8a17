"""The library that reads charts against Helm itself: what it takes, what it makes of it, what it pushes and indexes."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import pytest
import yaml

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.index import entry_yaml, read_index
from charthouse.helm.chart.push import artifact
from charthouse.helm.chart.reading import inspect, read_chart
from charthouse.helm.chart.versions import newest_first
from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool
from tests.unit.helm.packages import archive, entry, package

CREATED = datetime(2026, 11, 21, 15, 0, 1, tzinfo=UTC)

ODD = b"""\
apiVersion: v2
name: odd
Version: 9.9.9
version: 1.2.3-rc.1
AppVersion: 1.30
type: application
description: "tab\\there <b> & \\u200b\\u00a0zero \\u2028 line"
keywords: [1e21, 1234567.5, 0777, 0o17, 08, yes, "yes", 12:30, 2024-01-01, ~, 1_000, .5, 1e-7, 123456789.25]
home: https://example.org/?a=1&b=<2>
sources: ["https://example.org/git", "https://example.org/other"]
maintainers:
- {name: N, email: n@example.org}
- {name: Zoe, url: https://example.org}
- {email: only@example.org}
annotations: {z: 1.10, a: on, "k<": "x\\ty", category: Web, org.opencontainers.image.title: mine, org.opencontainers.image.created: mine}
kubeVersion: ">=1.20.0-0"
dependencies:
- {name: db, version: ^1.0.0, repository: "https://example.org/charts", import-values: [data, {child: a, parent: b, n: 1.0}], tags: [x]}
unknown: {deep: [1, 2]}
"""

CHARTS = {
    "odd": ODD,
    "least": b"name: least\nversion: 1.0.0\n",
    "old": b"apiVersion: v1\nname: old\nversion: v1.2\ndeprecated: true\n",
    "built": b"apiVersion: v2\nname: built\nversion: 1.0.0+build.5\ntype: library\n",
    "merged": b"x: &x {description: merged}\n<<: *x\nname: merged\nversion: 1.0.0\nname: merged\n",
}


@pytest.fixture(params=["helm3", "helm4"])
def helm(request: pytest.FixtureRequest) -> Path:
    return tool(request.param)


@pytest.fixture
def utc(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home", TZ="UTC")


def write(shell: Shell, name: str, data: bytes) -> Path:
    file = shell.home / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("name", CHARTS)
def test_helm_makes_the_same_of_chart_yaml(helm: Path, utc: Shell, name: str) -> None:
    data = package(chart_yaml=CHARTS[name])
    shown = yaml.safe_load(utc.run(helm, "show", "chart", str(write(utc, "chart.tgz", data))).stdout)
    assert msgspec.to_builtins(inspect(data).metadata) == shown


@pytest.mark.parametrize(
    "chart_yaml",
    [
        "name: web",
        "version: 1.0.0",
        "name: web\nversion: latest",
        "name: web\nversion: 1.0.0-01",
        "name: web\nversion: 01.2.3",
        "name: web\nversion: 1.2.3.4",
        "name: web\nversion: 1.0",
        "name: a/b\nversion: 1.0.0",
        "name: ..\nversion: 1.0.0",
        "name: [web]\nversion: 1.0.0",
        "name: web\nversion: 1.0.0\ntype: service",
        "name: web\nversion: 1.0.0\nkeywords: web",
        "name: web\nversion: 1.0.0\nkeywords: [[a]]",
        "name: web\nversion: 1.0.0\nkeywords: ~",
        "name: web\nversion: 1.0.0\ndeprecated: 'true'",
        "name: web\nversion: 1.0.0\ndeprecated: yes",
        "name: web\nversion: 1.0.0\nannotations: {a: {b: c}}",
        "name: web\nversion: 1.0.0\nannotations: {a: ~, 1: 2, on: off}",
        "name: web\nversion: 1.0.0\nmaintainers: [~]",
        "name: web\nversion: 1.0.0\nmaintainers: [{}]",
        "name: web\nversion: 1.0.0\ndependencies: [~]",
        "name: web\nversion: 1.0.0\ndependencies: [{name: a, alias: a.b}]",
        "name: web\nversion: 1.0.0\ndependencies: [{name: a}, {name: b, alias: a}]",
        "name: web\nversion: 1.0.0\nx: *nobody",
        "name: web\nversion: 1.0.0\n? [a]\n: b",
        "name: web\nversion: 1.0.0\n~: b",
        "name: web\nversion: 1.0.0\nx: !!int y",
        "- name: web",
        "",
        "name: web\nversion: 1.0.0\n---\nname: [",
        "name: web\nversion: 1.0.0\n\x07",
        '{"name": "web", "version": "1.0.0"}',
    ],
)
def test_helm_takes_what_is_taken(utc: Shell, chart_yaml: str) -> None:
    data = package(chart_yaml=chart_yaml.encode())
    command = (tool("helm4"), "show", "chart", str(write(utc, "chart.tgz", data)))
    if inspect(data).broken:
        utc.refused(*command)
    else:
        utc.run(*command)


@pytest.mark.parametrize(
    "files",
    [
        {"values.yaml": b"a: [1"},
        {"values.yaml": b"- a"},
        {"values.yaml": b"~"},
        {"values.yaml": b""},
        {"Chart.lock": b"{"},
        {"Chart.lock": b""},
        {"requirements.yaml": b"dependencies: x"},
        {"requirements.yaml": b"dependencies: [{name: db}]"},
        {"charts/db/values.yaml": b"a: 1"},
        {"charts/_db/values.yaml": b"a: 1"},
        {"charts/README.md": b"none"},
        {"charts/db/Chart.yaml": b"name: db"},
        {"charts/db/Chart.yaml": b"name: db\nversion: 1.0.0"},
    ],
)
def test_helm_takes_the_parts_that_are_taken(utc: Shell, files: dict[str, bytes]) -> None:
    data = package(files)
    command = (tool("helm3"), "show", "chart", str(write(utc, "chart.tgz", data)))
    if inspect(data).broken:
        utc.refused(*command)
    else:
        utc.run(*command)


@pytest.mark.parametrize("name", ["web/../../x", "web//x", "x", "web/c:/x"])
def test_paths_that_helm_refuses_are_refused(utc: Shell, name: str) -> None:
    data = archive(entry("web/Chart.yaml", CHARTS["least"]), entry(name, b"x"))
    utc.refused(tool("helm3"), "show", "chart", str(write(utc, "chart.tgz", data)))
    with pytest.raises(ChartInvalid):
        read_chart(data)


@pytest.mark.parametrize("provenance", [None, b"signed, for all that push knows"])
@pytest.mark.parametrize("name", CHARTS)
def test_the_manifest_is_the_one_that_helm_pushes(
    helm: Path, utc: Shell, server: Server, name: str, provenance: bytes | None
) -> None:
    data = package({"values.yaml": f"helm: {helm.parent.name}".encode()}, chart_yaml=CHARTS[name])
    metadata = read_chart(data).metadata
    file = write(utc, "chart.tgz", data)
    os.utime(file, (CREATED.timestamp(), CREATED.timestamp()))
    if provenance is not None:
        write(utc, "chart.tgz.prov", provenance)
    admin = server.admin
    login = ("registry", "login", server.host, "--username", admin.name, "--password-stdin", "--plain-http")
    utc.run(helm, *login, stdin=admin.password)
    pushed = utc.run(helm, "push", file.name, f"oci://{server.host}/{admin.name}", "--plain-http")
    ours = artifact(metadata, _blob(data), None if provenance is None else _blob(provenance), CREATED)
    assert f"Digest: {ours.digest}" in pushed.stdout + pushed.stderr
    answer = server.request(
        "GET", f"/v2/{admin.name}/{metadata.name}/manifests/{ours.tag}", headers=admin.basic
    )
    assert answer.body == ours.manifest


def test_helm_reads_an_index_of_entries(helm: Path, utc: Shell) -> None:
    readings = {name: read_chart(package(chart_yaml=chart)) for name, chart in CHARTS.items()}
    text = "apiVersion: v1\nentries:\n"
    for name, reading in readings.items():
        text += f"  {name}:\n" + entry_yaml(reading.metadata, [f"{name}.tgz"], CREATED, reading.digest)
    write(utc, "index.yaml", text.encode())
    with served(utc.home) as url:
        utc.run(helm, "repo", "add", "all", url)
        found = json.loads(utc.run(helm, "search", "repo", "--devel", "-o", "json").stdout)
    assert {item["name"]: (item["version"], item["app_version"], item["description"]) for item in found} == {
        f"all/{name}": (reading.metadata.version, reading.metadata.app_version, reading.metadata.description)
        for name, reading in readings.items()
    }


def test_an_index_by_helm_is_read(helm: Path, utc: Shell) -> None:
    charts = utc.home / "charts"
    charts.mkdir()
    packages = {f"{name}.tgz": package(chart_yaml=chart) for name, chart in CHARTS.items()}
    for file, data in packages.items():
        (charts / file).write_bytes(data)
    utc.run(helm, "repo", "index", str(charts))
    read = read_index((charts / "index.yaml").read_bytes(), "https://example.org/charts")
    assert read.problems == []
    assert {item.urls[0]: (item.metadata, item.digest) for item in read.entries} == {
        f"https://example.org/charts/{file}": (read_chart(data).metadata, hashlib.sha256(data).hexdigest())
        for file, data in packages.items()
    }


def test_versions_are_ordered_as_helm_orders_them(helm: Path, utc: Shell) -> None:
    versions = [
        "1.0.0",
        "1.0.0-rc.1",
        "1.0.0-rc.10",
        "1.0.0-rc.2",
        "1.0.0-a",
        "0.9.9",
        "v1.0.1",
        "1.10",
        "1.9.0",
        "2",
        "1.0.0-1",
    ]
    charts = utc.home / "charts"
    charts.mkdir()
    for version in versions:
        chart = f"apiVersion: v2\nname: web\nversion: '{version}'\n".encode()
        (charts / f"web-{version}.tgz").write_bytes(package(chart_yaml=chart))
    utc.run(helm, "repo", "index", str(charts))
    read = read_index((charts / "index.yaml").read_bytes(), "https://example.org/charts")
    listed = [item.metadata.version for item in read.entries]
    assert listed == newest_first(versions)


def _blob(data: bytes) -> tuple[str, int]:
    return f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def served(directory: Path) -> Iterator[str]:
    """Serve a directory's files on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(directory))) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{web.server_port}"
        finally:
            web.shutdown()
            thread.join()
