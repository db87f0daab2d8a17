"""Chart.yaml as Helm understands it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Dependency, Maintainer, Metadata
from charthouse.helm.chart.metadata import (
    config_json,
    metadata_of,
    read_chart_yaml,
    read_lock,
    with_requirements,
)


def read(text: str) -> Metadata:
    return read_chart_yaml(f"name: web\nversion: 1.0.0\n{text}".encode())[0]


def refused(text: str) -> ChartInvalid:
    with pytest.raises(ChartInvalid) as caught:
        read_chart_yaml(text.encode())
    return caught.value


def test_every_field_is_read() -> None:
    metadata, whole = read_chart_yaml(
        b"""
apiVersion: v2
name: web
version: 1.2.3
kubeVersion: ">=1.28"
description: A web
type: application
keywords: [web, http]
home: https://example.org
sources: [https://example.org/git]
dependencies:
- name: db
  version: ^1.0.0
  repository: https://example.org/charts
  condition: db.enabled
  tags: [back, end]
  enabled: true
  import-values: [data, {child: a, parent: b}]
  alias: store
maintainers:
- {name: Ann, email: ann@example.org, url: https://example.org/ann}
icon: https://example.org/icon.svg
appVersion: "1.10"
deprecated: true
annotations: {category: Web}
condition: c
tags: t
ours: [kept]
"""
    )
    assert metadata == Metadata(
        api_version="v2",
        name="web",
        version="1.2.3",
        kube_version=">=1.28",
        description="A web",
        type="application",
        keywords=["web", "http"],
        home="https://example.org",
        sources=["https://example.org/git"],
        dependencies=[
            Dependency(
                name="db",
                version="^1.0.0",
                repository="https://example.org/charts",
                condition="db.enabled",
                tags=["back", "end"],
                enabled=True,
                import_values=["data", {"child": "a", "parent": "b"}],
                alias="store",
            )
        ],
        maintainers=[Maintainer(name="Ann", email="ann@example.org", url="https://example.org/ann")],
        icon="https://example.org/icon.svg",
        app_version="1.10",
        deprecated=True,
        annotations={"category": "Web"},
        condition="c",
        tags="t",
    )
    assert whole["ours"] == ["kept"]


@pytest.mark.parametrize(
    ("text", "field", "meant"),
    [
        ("appVersion: 1.10", "app_version", "1.1"),
        ("appVersion: 20241105", "app_version", "20241105"),
        ("appVersion: 0755", "app_version", "493"),
        ("appVersion: 1e3", "app_version", "1000"),
        ("appVersion: 2024-11-05", "app_version", "2024-11-05"),
        ("appVersion:", "app_version", ""),
        ("maintainers: [{name: N}]", "maintainers", [Maintainer(name="false")]),
        ("keywords: [on, 1.50, x]", "keywords", ["true", "1.5", "x"]),
        ("annotations: {a: 1, b: yes, 2: ~}", "annotations", {"2": "", "a": "1", "b": "true"}),
        ("Description: any case", "description", "any case"),
        ("description: a\\tb", "description", "a\\tb"),
        ('description: "a\\tb\\nc\\u200bd\\u00a0e"', "description", "a b cd e"),
        ("deprecated: yes", "deprecated", True),
        ("apiVersion: ''", "api_version", "v1"),
        ("dependencies: [{name: db}]", "dependencies", [Dependency(name="db", repository="")]),
    ],
)
def test_what_helm_makes_of_yaml(text: str, field: str, meant: Any) -> None:
    assert getattr(read(text), field) == meant


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("chart-yaml", ""),
        ("chart-yaml", "- name"),
        ("name", "version: 1.0.0"),
        ("name", "name: ../web\nversion: 1.0.0"),
        ("name", "name: ..\nversion: 1.0.0"),
        ("version", "name: web"),
        ("version", "name: web\nversion: latest"),
        ("api-version", "name: web\nversion: 1.0.0\napiVersion: v3"),
        ("type", "name: web\nversion: 1.0.0\ntype: service"),
        ("field-type", "name: [web]\nversion: 1.0.0"),
        ("field-type", "name: web\nversion: 1.0.0\nkeywords: web"),
        ("field-type", "name: web\nversion: 1.0.0\ndeprecated: 'true'"),
        ("field-type", "name: web\nversion: 1.0.0\nannotations: {a: {b: c}}"),
        ("field-type", "name: web\nversion: 1.0.0\nannotations: [a]"),
        ("field-type", "name: web\nversion: 1.0.0\nmaintainers: [Ann]"),
        ("field-type", "name: web\nversion: 1.0.0\nmaintainers: [~]"),
        ("field-type", "name: web\nversion: 1.0.0\ndependencies: [~]"),
        ("dependency-alias", "name: web\nversion: 1.0.0\ndependencies: [{name: a, alias: a.b}]"),
        ("dependency-duplicate", "name: web\nversion: 1.0.0\ndependencies: [{name: a}, {name: b, alias: a}]"),
        ("yaml", "name: web\nversion: 1.0.0\n  x: y"),
    ],
)
def test_what_helm_refuses(rule: str, text: str) -> None:
    error = refused(text)
    assert error.rule == rule
    assert error.where.startswith("Chart.yaml")


def test_a_chart_yaml_of_fifty_megabytes_is_not_read() -> None:
    with pytest.raises(ChartInvalid) as caught:
        read_chart_yaml(b"#" * 50_000_000)
    assert caught.value.rule == "chart-yaml-size"


def test_a_chart_of_apiversion_1_says_its_dependencies_elsewhere() -> None:
    requirements = b"dependencies:\n- {name: db, version: 1.0.0, repository: https://example.org}\n"
    metadata = with_requirements(read("apiVersion: v1"), requirements)
    assert [dependency.name for dependency in metadata.dependencies] == ["db"]
    assert with_requirements(metadata, b"") == metadata
    with pytest.raises(ChartInvalid) as caught:
        with_requirements(metadata, b"- db")
    assert caught.value.where == "requirements.yaml"


def test_a_lock_is_read() -> None:
    lock = read_lock(
        b"dependencies:\n- name: db\n  version: 1.2.3\ndigest: sha256:aa\ngenerated: 2024-01-01T00:00:00Z\n",
        "l",
    )
    assert (lock.digest, lock.generated) == ("sha256:aa", "2024-01-01T00:00:00Z")
    assert lock.dependencies[0].version == "1.2.3"


def test_the_config_is_what_go_would_write() -> None:
    metadata = read(
        "apiVersion: v2\ndescription: a < b & c > d\nannotations: {z: '1', a: \"x\\u2028\"}\nmaintainers: [{}]"
    )
    assert config_json(metadata).decode() == (
        '{"name":"web","version":"1.0.0","description":"a \\u003c b \\u0026 c \\u003e d","maintainers":[{}],'
        '"apiVersion":"v2","annotations":{"a":"x\\u2028","z":"1"}}'
    )


_VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
_FIELDS = st.sampled_from(
    [
        *[
            "name",
            "version",
            "apiVersion",
            "type",
            "keywords",
            "maintainers",
            "dependencies",
            "annotations",
            "icon",
            "tags",
        ],
        "Name",
    ]
)


@given(st.dictionaries(_FIELDS, _VALUES, max_size=6))
def test_whatever_a_mapping_holds_is_read_or_refused(mapping: dict[str, Any]) -> None:
    with suppress(ChartInvalid):
        config_json(metadata_of(mapping, "Chart.yaml"))
    with suppress(ChartInvalid):
        read_chart_yaml(yaml.safe_dump(mapping).encode())
