"""What is kept of a chart."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import ChartReading, Image, Subchart
from charthouse.helm.chart.images import is_reference
from charthouse.helm.chart.limits import Limits
from charthouse.helm.chart.reading import inspect, read_chart
from tests.unit.helm.packages import CHART_YAML, cost, package

VALUES = b"""\
image:
  registry: quay.example.org
  repository: acme/web
  tag: ""
sidecar: {image: "busybox:1.36"}
db:
  image: {repository: acme/db, tag: 1.5, digest: ""}
charts: {repository: https://charts.example.org}
"""
SCHEMA = {
    "type": "object",
    "required": ["db"],
    "properties": {"db": {"$ref": "#/$defs/db"}},
    "$defs": {"db": {"type": "object", "description": "The database"}},
}
FILES = {
    "values.yaml": VALUES,
    "values.schema.json": json.dumps(SCHEMA).encode(),
    "README.md": b"# Web\n",
    "LICENSE": b"                                 Apache License\n                           Version 2.0, January 2004\n",
    "Chart.lock": b"dependencies:\n- {name: db, version: 1.0.1, repository: 'https://example.org'}\ndigest: sha256:aa\n",
    "templates/deployment.yaml": b"    - image: nginx:1.27 # a comment\n    - image: {{ .Values.image }}\n",
    "templates/NOTES.txt": b"Have fun\n",
    "crds/own.yaml": b"kind: CustomResourceDefinition\n",
    "crds/README.md": b"none\n",
    "charts/db/Chart.yaml": b"name: db\nversion: 1.0.1\n",
    "charts/db/values.yaml": b"a: 1\n",
    "charts/cache-2.0.0-rc.1.tgz": b"packed",
    "charts/_old/values.yaml": b"",
}
ANNOTATED = b"""\
apiVersion: v2
name: web
version: 1.2.3
appVersion: "9.1"
kubeVersion: ">=1.28"
icon: https://example.org/icon.svg
deprecated: true
annotations:
  artifacthub.io/changes: |
    - kind: added
      description: Cool feature
    - plain
  artifacthub.io/images: |
    - name: web
      image: quay.example.org/acme/web:9.1
      whitelisted: true
  artifacthub.io/license: MIT
  artifacthub.io/prerelease: "true"
  artifacthub.io/signKey: |
    fingerprint: C874
    url: https://example.org/key
  artifacthub.io/links: "no list"
"""


def whole() -> ChartReading:
    return inspect(package(FILES, chart_yaml=ANNOTATED))


def problems(reading: ChartReading) -> list[tuple[str, str, str]]:
    return [(problem.severity, problem.rule, problem.where) for problem in reading.problems]


def test_texts_are_kept() -> None:
    reading = whole()
    assert reading.readme is not None
    assert (reading.readme.path, reading.readme.text) == ("README.md", "# Web\n")
    assert reading.values_text is not None
    assert reading.values_text.text == VALUES.decode()
    assert [template.path for template in reading.templates] == [
        "templates/deployment.yaml",
        "templates/NOTES.txt",
    ]
    assert [crd.path for crd in reading.crds] == ["crds/own.yaml"]
    assert reading.metadata.kube_version == ">=1.28"
    assert reading.metadata.deprecated
    assert reading.file_count == len(FILES) + 1
    assert not reading.truncated
    assert not reading.broken


def test_the_lock_and_what_is_packed_inside() -> None:
    reading = whole()
    assert reading.lock is not None
    assert reading.lock.dependencies[0].version == "1.0.1"
    assert reading.subcharts == [
        Subchart(path="charts/db", name="db", version="1.0.1"),
        Subchart(path="charts/cache-2.0.0-rc.1.tgz", name="cache", version="2.0.0-rc.1"),
    ]


def test_artifact_hub_is_read_and_what_cannot_be_is_told() -> None:
    hub = whole().artifact_hub
    assert hub is not None
    assert hub.changes == [{"kind": "added", "description": "Cool feature"}, {"description": "plain"}]
    assert hub.sign_key == {"fingerprint": "C874", "url": "https://example.org/key"}
    assert hub.prerelease
    assert problems(whole()) == [("warning", "artifact-hub", "Chart.yaml: annotations.artifacthub.io/links")]


def test_the_licence_is_said_or_known_by_its_text() -> None:
    assert whole().license == "MIT"
    assert inspect(package(FILES)).license == "Apache-2.0"
    assert inspect(package()).license == ""


def test_images_are_found_where_they_are_named() -> None:
    assert whole().images == [
        Image(
            image="quay.example.org/acme/web:9.1",
            source="annotation",
            where="Chart.yaml",
            name="web",
            whitelisted=True,
        ),
        Image(image="quay.example.org/acme/web:9.1", source="values", where="image"),
        Image(image="busybox:1.36", source="values", where="sidecar.image"),
        Image(image="acme/db:1.5", source="values", where="db.image"),
        Image(image="nginx:1.27", source="templates", where="templates/deployment.yaml"),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *[
            (text, True)
            for text in ("nginx", "nginx:1.27", "acme/web", "example.org:5000/acme/web:1@sha256:" + "a" * 64)
        ],
        *[
            (text, False)
            for text in ("", "a b", "-a", "a/", "/a", "A/B:", "a@b", "a:b:c", "a" * 601, "a:!", "{{ .x }}")
        ],
    ],
)
def test_what_could_be_an_image(text: str, named: bool) -> None:
    assert is_reference(text) is named


def test_the_schema_says_what_comments_do_not() -> None:
    row = next(value for value in whole().values if value.path == "db")
    assert (row.type, row.description, row.required) == ("object", "The database", True)


@pytest.mark.parametrize(
    ("rule", "where", "files"),
    [
        ("yaml", "values.yaml", {"values.yaml": b"a: b: c"}),
        ("values", "values.yaml", {"values.yaml": b"- a"}),
        ("encoding", "values.yaml", {"values.yaml": "a: 1".encode("utf-16")}),
        (
            "yaml-alias",
            "values.yaml",
            {"values.yaml": b"a: &a [" + b"x," * 1000 + b"]\nb: [" + b"*a," * 1000 + b"]"},
        ),
        ("yaml", "Chart.lock", {"Chart.lock": b"{"}),
        ("yaml", "requirements.yaml", {"requirements.yaml": b"{"}),
        ("name", "charts/db/Chart.yaml", {"charts/db/Chart.yaml": b"version: 1.0.0"}),
        ("subchart", "charts/db/Chart.yaml", {"charts/db/values.yaml": b"a: 1"}),
    ],
)
def test_a_part_that_is_broken_is_told_and_the_others_are_read(
    rule: str, where: str, files: dict[str, bytes]
) -> None:
    data = package({**files, "README.md": b"read"})
    reading = inspect(data)
    assert ("error", rule, where) in problems(reading)
    assert reading.broken
    assert reading.metadata.name == "web"
    assert reading.readme is not None
    with pytest.raises(ChartInvalid) as caught:
        read_chart(data)
    assert (caught.value.rule, caught.value.where) == (rule, where)


@pytest.mark.parametrize(
    "chart_yaml", [b"name: web", b"{", "name: web\nversion: 1.0.0".encode("utf-16"), b"\xff"]
)
def test_without_a_chart_yaml_that_can_be_read_the_rest_is_kept(chart_yaml: bytes) -> None:
    reading = inspect(package(FILES, chart_yaml=chart_yaml))
    assert reading.broken
    assert reading.metadata.name == ""
    assert reading.readme is not None
    assert reading.values


def test_what_is_no_package_is_told_with_its_digest() -> None:
    data = package()[:-10]
    for source in (data, io.BytesIO(data)):
        reading = inspect(source)
        assert reading.size == len(data)
        assert problems(reading) == [("error", "gzip-cut", "")]


def test_warnings_do_not_break_a_chart() -> None:
    reading = read_chart(package({"values.schema.json": b"{}"}, directory="other"))
    assert problems(reading) == [("warning", "directory", "")]


def test_what_is_kept_is_bounded_and_says_so() -> None:
    files = {f"files/{number}": b"x" for number in range(50)}
    values = b"".join(b"key%d: %d\n" % (number, number) for number in range(50))
    reading = inspect(
        package({**files, "values.yaml": values, "README.md": b"r" * 900}),
        None,
        Limits(file_names=10, values=20, text=600, yaml=600),
    )
    assert len(reading.files) == 10
    assert reading.file_count == 53
    assert len(reading.values) == 20
    assert reading.readme is not None
    assert (len(reading.readme.text), reading.readme.size, reading.readme.truncated) == (600, 900, True)
    assert reading.truncated == ["README.md", "values", "files"]


def test_values_too_large_to_parse_are_shown_but_not_read() -> None:
    reading = inspect(package({"values.yaml": b"a: 1\n" * 1000}), None, Limits(yaml=1000, text=1000))
    assert reading.values == []
    assert reading.values_text is not None
    assert reading.values_text.truncated
    assert problems(reading) == [("warning", "yaml-size", "values.yaml")]


def test_paths_that_multiply_are_bounded() -> None:
    key = "k" * 2000
    deep = (
        "{"
        + ": {".join([key] * 50)
        + ": {"
        + ", ".join(f"x{number}: 1" for number in range(5000))
        + "}"
        + "}" * 50
    )
    told = cost(package({"values.yaml": deep.encode()}))
    assert told.rule == "yaml-depth" or told.mebibytes < 64
    assert told.seconds < 2


def test_a_bomb_of_aliases_is_a_small_matter() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    bomb = "\n".join(levels).encode()
    for files in ({"values.yaml": bomb}, {"Chart.lock": bomb}):
        told = cost(package(files))
        assert told.rule == "yaml-alias"
        assert told.seconds < 1
        assert told.mebibytes < 32
    assert cost(package(chart_yaml=CHART_YAML + bomb)).rule == "yaml-alias"


def test_a_reading_goes_through_json_and_msgpack() -> None:
    reading = whole()
    assert msgspec.json.decode(msgspec.json.encode(reading), type=ChartReading) == reading
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(reading), type=ChartReading) == reading
