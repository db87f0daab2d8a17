"""Settings with what comments say of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Value
from charthouse.helm.chart.limits import Limits
from charthouse.helm.chart.values import rows
from charthouse.helm.chart.yamls import parse


def read(text: str, schema: Any = None, limits: Limits | None = None) -> dict[str, Value]:
    root = parse(text, "values.yaml")
    assert root is not None
    found, _ = rows(root, text, schema, limits or Limits())
    return {value.path: value for value in found}


def test_defaults_types_and_paths() -> None:
    found = read("a: 1\nb:\n  c.d: x\n  e: [1, {f: yes}]\n  g: {}\nh: ~\ni: 1.5\nj: on\n")
    assert {path: (value.type, value.default) for path, value in found.items()} == {
        "a": ("integer", 1),
        "b.c\\.d": ("string", "x"),
        "b.e": ("array", [1, {"f": True}]),
        "b.g": ("object", {}),
        "h": ("null", None),
        "i": ("number", 1.5),
        "j": ("boolean", True),
    }
    assert [value.line for value in found.values()] == [1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("text", "path", "description"),
    [
        ("# How many\na: 1", "a", "How many"),
        ("# How\n# many\na: 1", "a", "How\nmany"),
        ("# not mine\n\na: 1", "a", ""),
        ("a: 1 # how many", "a", "how many"),
        ("a: 'x # y' # how many", "a", "how many"),
        ("a: x#y", "a", ""),
        ("a: [] # none", "a", "none"),
        ("a: {b: 1} # a group", "a", "a group"),
        ("a: # a group\n  b: 1", "a", "a group"),
        ("a:\n  # inner\n  b: 1", "a.b", "inner"),
        ("a:\n  b: 1\n  # c: 2\nd: 3", "d", ""),
        ("a: |\n  # text\nb: 1", "b", ""),
        ("a: 1\n# of b\nb:\n- x", "b", "of b"),
        ("a:\n- x\n# of b\nb: 1", "b", "of b"),
        ("# -- How many\na: 1", "a", "How many"),
        ("# ignored\n# -- How\n# many\na: 1", "a", "How\nmany"),
        ("# -- (tpl) How many\n# @default -- one\na: 1", "a", "How many"),
        ("# a -- How many\na: 1", "a", "How many"),
        ("a: 1 # -- How many", "a", "How many"),
        ("## How many\n##\na: 1", "a", "How many"),
        ("# @schema\n# type: integer\n# @schema\n# How many\na: 1", "a", "How many"),
        ("## @param a [default: 1] How many\na: 1", "a", "How many"),
        ("## @param a.b How many\na:\n  b: 1", "a.b", "How many"),
        ("a: 1\r\n# of b\r\nb: 2\r\n", "b", "of b"),
        ("a: 'x\u2028y'\n# of b\nb: 2\n", "b", "of b"),
    ],
)
def test_what_comments_say(text: str, path: str, description: str) -> None:
    assert read(text)[path].description == description


def test_comments_name_types_and_sections() -> None:
    found = read("# @section -- Basics\n# -- (tpl/string) How many\na: 1\n")
    assert (found["a"].type, found["a"].section) == ("tpl/string", "Basics")
    found = read("## @section Basics\n\n## @param a [string] How many\na: 1\n")
    assert (found["a"].type, found["a"].section) == ("string", "Basics")


def test_the_schema_fills_in() -> None:
    schema = {
        "required": ["a"],
        "properties": {
            "a": {"type": ["integer", "null"], "description": "How many"},
            "b": {"$ref": "#/definitions/b"},
            "c": {"$ref": "#/definitions/c"},
            "d": {"$ref": "https://example.org/schema.json"},
        },
        "definitions": {
            "b": {"properties": {"e": {"type": "string", "description": "said"}}},
            "c": {"$ref": "#/definitions/c"},
        },
    }
    found = read("a: 1\nb:\n  # mine\n  e: x\nc: 1\nd: 1\n", schema)
    assert (found["a"].type, found["a"].description, found["a"].required) == (
        "integer|null",
        "How many",
        True,
    )
    assert (found["b.e"].type, found["b.e"].description, found["b.e"].required) == ("string", "mine", False)
    assert found["c"].type == found["d"].type == "integer"


def test_aliases_are_shown_as_what_they_mean() -> None:
    found = read("a: &a\n  b: 1\nc: *a\nd:\n  <<: *a\n  e: 2\n")
    assert found["c"].default == {"b": 1}
    assert list(found) == ["a.b", "c", "d.e"]


def test_long_defaults_are_left_out() -> None:
    value = read(f"a: {'x' * 10_000}\n")["a"]
    assert (value.default, value.truncated, value.type) == (None, True, "string")


@pytest.mark.parametrize(
    "schema", [True, False, [], {"properties": []}, {"properties": {"a": []}}, {"required": 1}, {"$ref": 1}]
)
def test_a_schema_that_is_none_changes_nothing(schema: Any) -> None:
    assert read("a: 1", schema)["a"].type == "integer"


_LINES = st.sampled_from(
    [
        "a: 1",
        "b:",
        "  c: x # y",
        "  # -- z",
        "# @schema",
        "- x",
        "  - &a b",
        "d: *a",
        "e: |",
        "  # text",
        "",
        "f: {g: 1} # h",
        "\u2028",
        "## @param a [x] y",
    ]
)


@given(st.lists(_LINES, max_size=12))
def test_whatever_comes_is_read_or_refused(lines: list[str]) -> None:
    text = "\n".join(lines)
    with suppress(ChartInvalid):
        root = parse(text, "values.yaml")
        if root is not None and root.kind == "mapping":
            rows(root, text, None)
