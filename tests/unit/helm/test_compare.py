"""What changed from one version to another."""

from __future__ import annotations

import time

from charthouse.helm.chart.compare import Change, Comparison, compare
from charthouse.helm.chart.facts import ChartReading
from charthouse.helm.chart.reading import inspect
from tests.unit.helm.packages import package


def reading(chart: str = "", **files: bytes) -> ChartReading:
    paths = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    return inspect(package(paths, chart_yaml=f"apiVersion: v2\nname: web\nversion: 1.0.0\n{chart}".encode()))


def test_equal_charts_do_not_differ() -> None:
    chart = reading(values_yaml=b"a: 1\n", templates__a_yaml=b"x\n")
    assert compare(chart, chart) == Comparison(older="1.0.0", newer="1.0.0")


def test_metadata_by_field_and_annotation() -> None:
    older = reading("description: old\nannotations: {a: '1', b: '2'}\nours: 1\n")
    newer = reading("description: new\nannotations: {a: '1', c: '3'}\nicon: i\n")
    assert compare(older, newer).metadata == [
        Change("description", "changed", "old", "new"),
        Change("icon", "added", None, "i"),
        Change("annotations.c", "added", None, "3"),
        Change("ours", "removed", 1),
        Change("annotations.b", "removed", "2"),
    ]


def test_defaults_by_path() -> None:
    older = reading(values_yaml=b"# a group\na:\n  b: 1\n  c: [x]\nd: yes\ne: 1\n")
    newer = reading(values_yaml=b"# a group!\na:\n  b: 2\n  c: [x]\nd: 1\nf: ~\n")
    assert compare(older, newer).values == [
        Change("a.b", "changed", 1, 2),
        Change("d", "changed", True, 1),
        Change("f", "added", None, None),
        Change("e", "removed", 1),
    ]


def test_schema_by_pointer() -> None:
    older = reading(values_schema_json=b'{"properties": {"a/b": {"type": "string"}}, "required": ["a"]}')
    newer = reading(values_schema_json=b'{"properties": {"a/b": {"type": "integer"}}}')
    assert compare(older, newer).schema == [
        Change("/properties/a~1b/type", "changed", "string", "integer"),
        Change("/required", "removed", ["a"]),
    ]


def test_dependencies_and_what_they_are_locked_to() -> None:
    one = "dependencies: [{name: db, version: ^1.0.0, repository: 'https://example.org'}]\n"
    older = reading(one, Chart_lock=b"dependencies: [{name: db, version: 1.0.0, repository: ''}]\n")
    newer = reading(one, Chart_lock=b"dependencies: [{name: db, version: 1.1.0, repository: ''}]\n")
    (change,) = compare(older, newer).dependencies
    assert (change.path, change.kind) == ("db", "changed")
    assert (change.before["locked"], change.after["locked"]) == ("1.0.0", "1.1.0")


def test_images_by_repository() -> None:
    older = reading(values_yaml=b"image: example.org:5000/web:1\nother: {image: db:1}\n")
    newer = reading(values_yaml=b"image: example.org:5000/web:2\nnew: {image: cache:1}\n")
    assert compare(older, newer).images == [
        Change("example.org:5000/web", "changed", ["example.org:5000/web:1"], ["example.org:5000/web:2"]),
        Change("cache", "added", None, ["cache:1"]),
        Change("db", "removed", ["db:1"]),
    ]


def test_templates_as_unified_diffs() -> None:
    older = reading(
        templates__a_yaml=b"a\nb\nc\n", templates__b_yaml=b"x\n", crds__c_yaml=b"same\n", README_md=b"one\n"
    )
    newer = reading(
        templates__a_yaml=b"a\nB\nc\n", templates__d_yaml=b"y\n", crds__c_yaml=b"same\n", README_md=b"two\n"
    )
    compared = compare(older, newer)
    assert [(diff.path, diff.kind) for diff in compared.templates] == [
        ("templates/a.yaml", "changed"),
        ("templates/b.yaml", "removed"),
        ("templates/d.yaml", "added"),
    ]
    assert (
        compared.templates[0].diff
        == "--- templates/a.yaml\n+++ templates/a.yaml\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"
    )
    assert compared.templates[1].diff == "--- templates/b.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x"
    assert compared.crds == []
    assert compared.readme is not None
    assert "-one\n+two" in compared.readme.diff


def test_texts_that_are_long_to_compare_are_told_without_lines() -> None:
    older = reading(templates__a_yaml=b"a\nb\n" * 100_000)
    newer = reading(templates__a_yaml=b"b\na\n" * 100_000)
    start = time.process_time()
    (diff,) = compare(older, newer).templates
    assert (diff.kind, diff.diff, diff.truncated) == ("changed", "", True)
    assert time.process_time() - start < 2


def test_many_texts_have_one_budget() -> None:
    older = inspect(
        package({f"templates/{n}.yaml": b"".join(b"a%d\n" % i for i in range(3000)) for n in range(10)})
    )
    newer = inspect(
        package({f"templates/{n}.yaml": b"".join(b"b%d\n" % i for i in range(3000)) for n in range(10)})
    )
    start = time.process_time()
    diffs = compare(older, newer).templates
    assert len(diffs) == 10
    assert any(diff.truncated for diff in diffs)
    assert time.process_time() - start < 10
