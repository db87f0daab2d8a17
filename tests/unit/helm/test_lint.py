"""What a registry can know of a chart's quality."""

from __future__ import annotations

import json
import time

import pytest

from charthouse.helm.chart.facts import Problem
from charthouse.helm.chart.lint import RULES, lint
from charthouse.helm.chart.reading import inspect
from tests.unit.helm.packages import package

GOOD = b"""\
apiVersion: v2
name: web
version: 1.2.3
appVersion: "1.10"
description: A web
icon: https://example.org/icon.svg
home: https://example.org
maintainers: [{name: Ann, email: ann@example.org}]
annotations: {artifacthub.io/license: MIT}
"""
FILES = {"README.md": b"# Web\n", "values.yaml": b"a: 1\n", "templates/a.yaml": b"kind: ConfigMap\n"}


def findings(chart_yaml: bytes = GOOD, files: dict[str, bytes] | None = None) -> list[Problem]:
    return lint(inspect(package(FILES if files is None else files, chart_yaml=chart_yaml)))


def rules(chart_yaml: bytes = GOOD, files: dict[str, bytes] | None = None) -> list[tuple[str, str]]:
    return [(found.severity, found.rule) for found in findings(chart_yaml, files)]


def with_values(values: str, schema: object = None) -> dict[str, bytes]:
    added = {} if schema is None else {"values.schema.json": json.dumps(schema).encode()}
    return {**FILES, "values.yaml": values.encode(), **added}


def test_a_good_chart_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("finding", "old", "new"),
    [
        (("error", "api-version-missing"), "apiVersion: v2\n", ""),
        (("error", "version-type"), 'appVersion: "1.10"', "appVersion: 1.10"),
        (("warning", "version-strict"), "version: 1.2.3", "version: v1.2.3"),
        (("warning", "version-strict"), "version: 1.2.3", "version: '1.2'"),
        (("error", "version-zero"), "version: 1.2.3", "version: 0.0.0"),
        (("error", "v1-fields"), "apiVersion: v2", "apiVersion: v1\ntype: application"),
        (("info", "description-missing"), "description: A web\n", ""),
        (("info", "icon-missing"), "icon: https://example.org/icon.svg\n", ""),
        (("info", "maintainers-missing"), "maintainers: [{name: Ann, email: ann@example.org}]\n", ""),
        (("error", "maintainer"), "name: Ann, ", ""),
        (("error", "maintainer"), "ann@example.org", "ann"),
        (("error", "address"), "icon: https://example.org/icon.svg", "icon: icon.svg"),
        (("error", "address"), "description", "sources: [nowhere]\ndescription"),
        (("warning", "address"), "home: https://example.org", "home: nowhere"),
        (("info", "deprecated"), "description", "deprecated: true\ndescription"),
        (("info", "license-missing"), "artifacthub.io/license: MIT", ""),
    ],
)
def test_rules_of_chart_yaml(finding: tuple[str, str], old: str, new: str) -> None:
    assert old in GOOD.decode()
    assert rules(GOOD.decode().replace(old, new).encode()) == [finding]


def test_the_name_is_lower_case() -> None:
    assert ("warning", "name-format") in rules(GOOD.replace(b"name: web", b"name: Web_App"))


def test_dependencies_have_versions_come_safely_and_are_packed() -> None:
    dependencies = (
        b"dependencies:\n- {name: db, repository: 'http://example.org', version: 1.0.0}\n- {name: cache}\n"
    )
    packed = {**FILES, "charts/db-1.0.0.tgz": b"", "Chart.lock": b"digest: x\n"}
    assert rules(GOOD + dependencies, packed) == [
        ("error", "dependency-missing"),
        ("warning", "dependency-insecure"),
        ("warning", "dependency-version"),
    ]
    del packed["Chart.lock"]
    assert ("info", "lock-missing") in rules(GOOD + dependencies, packed)


@pytest.mark.parametrize(
    ("finding", "missing"), [("readme-missing", "README.md"), ("values-missing", "values.yaml")]
)
def test_files_that_are_missing(finding: str, missing: str) -> None:
    assert [rule for _, rule in rules(GOOD, {k: v for k, v in FILES.items() if k != missing})] == [finding]


def test_only_a_library_has_no_templates() -> None:
    files = {path: content for path, content in FILES.items() if path != "templates/a.yaml"}
    assert rules(GOOD, files) == [("warning", "templates-missing")]
    assert rules(GOOD + b"type: library\n", files) == []


def test_apis_that_kubernetes_has_no_more() -> None:
    old = b"apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\n"
    (found,) = findings(GOOD, {**FILES, "templates/b.yaml": old})
    assert (found.rule, found.where) == ("deprecated-api", "templates/b.yaml")
    assert "1.22" in found.message
    asked = b'{{ if .Capabilities.APIVersions.Has "x" }}\n' + old
    assert findings(GOOD, {**FILES, "templates/b.yaml": asked}) == []
    new = b"apiVersion: networking.k8s.io/v1beta1\nkind: IPAddress\n"
    assert findings(GOOD, {**FILES, "templates/b.yaml": new}) == []


def test_images_have_versions() -> None:
    assert (
        rules(GOOD, with_values("image: nginx\nother: {image: 'busybox:latest'}\n"))
        == [("info", "image-tag")] * 2
    )
    assert rules(GOOD, with_values("image: nginx:1.27\n")) == []


@pytest.mark.parametrize(
    ("finding", "values", "schema"),
    [
        (("error", "values-schema"), "a: x", {"properties": {"a": {"type": "integer"}}}),
        (("error", "values-schema"), "a: 1", {"required": ["b"]}),
        (("error", "schema"), "a: 1", {"type": "nothing"}),
        (("error", "schema"), "a: 1", {"properties": {"a": {"pattern": "("}}}),
        (("error", "schema"), "a: 1", []),
        (("warning", "schema-remote"), "a: 1", {"$ref": "https://example.org/schema.json"}),
        (("warning", "schema-remote"), "a: 1", {"$ref": "file:///etc/passwd"}),
        (("warning", "values-duplicate"), "a: 1\na: 2", None),
        (("warning", "values-duplicate"), "b: [{a: 1, a: 2}]", None),
    ],
)
def test_rules_of_values(finding: tuple[str, str], values: str, schema: object) -> None:
    assert rules(GOOD, with_values(values, schema)) == [finding]


def test_defaults_that_satisfy_the_schema() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/definitions/b"}},
        "definitions": {"b": {"enum": ["x"]}},
    }
    assert rules(GOOD, with_values("a: 1\nb: x\n", schema)) == []


def test_a_pattern_that_backtracks_gives_up() -> None:
    schema = {"properties": {"a": {"pattern": "^(a|a)*(?=b)c$"}}}
    start = time.process_time()
    assert [rule for _, rule in rules(GOOD, with_values("a: " + "a" * 5000, schema))] == ["values-schema"]
    assert time.process_time() - start < 5


def test_where_a_default_fails_is_told_but_not_the_default() -> None:
    schema = {"properties": {"db": {"properties": {"password": {"maxLength": 3}}}}}
    found = findings(GOOD, with_values("db: {password: hunter22}", schema))
    assert [problem.rule for problem in found] == ["values-schema", "secret-value"]
    assert found[0].where == "values.yaml: db.password"
    assert not any("hunter22" in problem.message + problem.where for problem in found)


@pytest.mark.parametrize(
    "path",
    [
        "password",
        "db.adminPassword",
        "API_KEY",
        "oauth.client-secret",
        "auth.token",
        "s3.secretKey",
        "x.0.passwd",
    ],
)
def test_secrets_with_defaults_are_found(path: str) -> None:
    values: object = "hunter22"
    for part in reversed(path.split(".")):
        values = [values] if part == "0" else {part: values}
    (found,) = findings(GOOD, with_values(json.dumps(values)))
    assert (found.severity, found.rule) == ("warning", "secret-value")
    assert found.where == f"values.yaml: {path}"


@pytest.mark.parametrize(
    "values",
    [
        "password: ''",
        "password: ~",
        "password: <your password>",
        "password: ${PASSWORD}",
        "password: '{{ .Values.x }}'",
        "password: '***'",
        "existingSecret: name",
        "secretName: name",
        "passwordKey: key",
        "tokens: 5",
        "secret: {create: true}",
        "automountServiceAccountToken: true",
    ],
)
def test_what_is_no_secret_is_let_be(values: str) -> None:
    assert rules(GOOD, with_values(values)) == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "glpat-" + "a1" * 10,
        "xoxb-" + "12345678901234567890",
        "AIza" + "a1" * 17 + "b",
        "sk_live_" + "a1" * 12,
        "npm_" + "a1" * 18,
        "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N",
    ],
)
def test_keys_and_tokens_are_found_by_their_form(text: str) -> None:
    for path in ("templates/b.yaml", "README.md"):
        (found,) = findings(GOOD, {**FILES, path: f"first\nsecond {text}\n".encode()})
        assert (found.severity, found.rule, found.where) == ("error", "secret-token", path)
        assert "line 2" in found.message
        assert text not in found.message


def test_a_broken_chart_is_told_first() -> None:
    found = findings(GOOD, {**FILES, "values.yaml": b"a: ["})
    assert [(problem.severity, problem.rule) for problem in found] == [("error", "yaml")]
    assert [(problem.severity, problem.rule) for problem in lint(inspect(b"no"))] == [("error", "gzip")]


def test_every_rule_has_a_name_that_policies_take() -> None:
    assert all(rule == rule.lower() and rule.replace("-", "").isalnum() and len(rule) <= 64 for rule in RULES)
    assert all(meaning and not meaning.endswith(".") for meaning in RULES.values())
