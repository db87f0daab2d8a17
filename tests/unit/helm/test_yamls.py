"""YAML as go-yaml 2 reads it for Helm, within bounds."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.limits import Limits
from charthouse.helm.chart.numbers import float_text
from charthouse.helm.chart.texts import decode
from charthouse.helm.chart.yamls import load


def refused(text: str, limits: Limits | None = None) -> ChartInvalid:
    with pytest.raises(ChartInvalid) as caught:
        load(text, "f.yaml", limits or Limits())
    assert caught.value.where == "f.yaml"
    return caught.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[(word, True) for word in ("y", "Y", "yes", "on", "ON", "true", "True")],
        *[(word, False) for word in ("n", "N", "no", "off", "OFF", "false", "FALSE")],
        *[(word, None) for word in ("", "~", "null", "Null")],
        *[
            (word, word)
            for word in (
                "yEs",
                "nope",
                "12:30",
                "12:30:45",
                "2024-01-01",
                "2024-01-01T00:00:00Z",
                "=",
                ".",
            )
        ],
        *[
            ("0777", 511),
            ("0o17", 15),
            ("0x1F", 31),
            ("0b101", 5),
            ("-0b11", -3),
            ("1_000", 1000),
            ("+12", 12),
            ("-0", 0),
        ],
        *[
            ("08", 8.0),
            ("1.10", 1.1),
            (".5", 0.5),
            ("1e3", 1000.0),
            ("1.", 1.0),
            ("1e999", "1e999"),
            ("._5", "._5"),
        ],
        *[
            ("18446744073709551615", 2**64 - 1),
            ("18446744073709551616", 2.0**64),
            ("-9223372036854775809", -(2.0**63)),
        ],
        *[
            ("'1'", "1"),
            ('"yes"', "yes"),
            ("!!str 12", "12"),
            ("!!float 12", 12.0),
            ("!!int 12", 12),
            ("!own x", "x"),
        ],
        *[
            ("!!binary aGVsbQ==", "helm"),
            (".inf", math.inf),
            ("-.INF", -math.inf),
            ("[1, {a: b}]", [1, {"a": "b"}]),
        ],
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars(written: str, meant: Any) -> None:
    value = load(f"k: {written}", "f.yaml")["k"]
    assert value == meant
    assert type(value) is type(meant)


def test_what_is_no_number_is_nan_only_when_it_says_so() -> None:
    assert math.isnan(load(".nan", "f.yaml"))


def test_keys_become_texts() -> None:
    assert load("1: a\n1.50: b\non: c\n0x10: d\n", "f.yaml") == {"1": "a", "1.5": "b", "true": "c", "16": "d"}


@pytest.mark.parametrize("key", ["~", "[a]", "? {a: b}\n"])
def test_other_keys_are_refused(key: str) -> None:
    assert refused(f"{key}: 1").rule == "yaml"


def test_the_last_of_two_keys_wins() -> None:
    assert load("a: 1\nb: 2\na: 3", "f.yaml") == {"a": 3, "b": 2}


def test_only_the_first_document_counts() -> None:
    assert load("a: 1\n---\nb: 2\n", "f.yaml") == {"a": 1}
    assert load("", "f.yaml") is None
    assert load("# nothing\n", "f.yaml") is None


def test_merges_follow_the_text() -> None:
    text = "base: &b {a: 1, b: 1}\nother: &o {b: 2, c: 2}\none:\n  <<: *b\n  a: 3\ntwo:\n  <<: [*b, *o]\n'<<': plain\n"
    assert load(text, "f.yaml") == {
        "base": {"a": 1, "b": 1},
        "other": {"b": 2, "c": 2},
        "one": {"a": 3, "b": 1},
        "two": {"a": 1, "b": 1, "c": 2},
        "<<": "plain",
    }
    assert refused("<<: 1").rule == "yaml"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("yaml", "a: b: c"),
        ("yaml", "a: [1"),
        ("yaml", "\tb: 1"),
        ("yaml", "a: *nobody"),
        ("yaml", "!!int x"),
        ("yaml", "!!bool 12"),
        ("yaml", "!!binary '*'"),
        ("yaml", "!!binary ä"),
        ("yaml", "a: \x00"),
        ("yaml", "a: \x07"),
        ("yaml-alias", "a: &a [*a]"),
        ("yaml-depth", "[" * 200_000),
        ("yaml-depth", "- " * 200_000),
        ("yaml-depth", "{a: " * 200_000),
        ("yaml-size", "[" + "x," * 200_000 + "]"),
    ],
)
def test_what_is_no_yaml_is_refused(rule: str, text: str) -> None:
    assert refused(text).rule == rule


def test_an_error_says_where() -> None:
    assert refused("a: 1\nb: {c: 2\nd: 3\n").problem.startswith("line ")


def test_aliases_by_the_billion_are_counted() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert refused("\n".join(levels)).rule == "yaml-alias"


def test_aliases_of_long_texts_are_counted_by_their_length() -> None:
    text = "a: &a " + "x" * 500_000 + "\nb: [" + ", ".join(["*a"] * 5000) + "]"
    assert refused(text).rule == "yaml-alias"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("name: web".encode("utf-16"), "UTF-16"),
        ("name: web".encode("utf-16-be"), "UTF-16"),
        ("name: web".encode("utf-16-le"), "UTF-16"),
        ("name: web".encode("utf-32"), "UTF-32"),
        ("name: wéb".encode("latin-1"), "0xe9 in line 1"),
        (b"a\n\xff", "0xff in line 2"),
    ],
)
def test_what_is_not_utf8_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(ChartInvalid, match=told) as caught:
        decode(data, "Chart.yaml")
    assert caught.value.rule == "encoding"


def test_a_byte_order_mark_is_no_content() -> None:
    assert decode(b"\xef\xbb\xbfname: web", "Chart.yaml") == "name: web"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *[
            (1.1, "1.1"),
            (4.10, "4.1"),
            (0.0, "0"),
            (-0.0, "-0"),
            (100.0, "100"),
            (123456.0, "123456"),
            (1e6, "1e+06"),
        ],
        *[
            (1234567.5, "1.2345675e+06"),
            (16777217.0, "1.6777216e+07"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
        ],
        *[
            (1e39, "+Inf"),
            (-1e39, "-Inf"),
            (math.nan, "NaN"),
            (3.14159265, "3.1415927"),
            (1e-46, "0"),
            (1e-45, "1e-45"),
        ],
    ],
)
def test_numbers_in_places_of_texts_are_written_as_go_does(number: float, text: str) -> None:
    assert float_text(number) == text


@given(st.text(max_size=300))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    with suppress(ChartInvalid):
        load(text, "f.yaml")


@given(
    st.lists(
        st.sampled_from(
            ["a", ":", " ", "\n", "-", "[", "]", "{", "}", "&a", "*a", "!!", "|", ">", "'", "#", "?", ","]
        )
    )
)
def test_whatever_looks_like_yaml_is_read_or_refused(parts: list[str]) -> None:
    with suppress(ChartInvalid):
        load("".join(parts), "f.yaml")
