"""Versions as Helm orders and tags them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.versions import (
    compare,
    is_strict,
    is_version,
    newest_first,
    parse_version,
    tag_of,
    version_of_tag,
)

# SemVer 2.0.0, section 11, and what lies between
ASCENDING = [
    "0.0.0-0",
    "0.0.1",
    "1.0.0-0",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0--1",
    "1.0.0-Alpha",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.9.0",
    "1.10.0",
    "2.0.0",
    "18446744073709551615.0.0",
]


def test_versions_are_ordered_as_semver_says() -> None:
    shuffled = random.Random(5).sample(ASCENDING, len(ASCENDING))
    assert newest_first(shuffled) == ASCENDING[::-1]


def test_what_was_built_changes_no_order() -> None:
    assert compare("1.0.0+a", "1.0.0+b") == 0
    assert compare("1.0.0+a", "1.0.0") == 0
    assert compare("1.0.0-rc.1+z", "1.0.0") == -1
    assert newest_first(["1.0.0+a", "1.0.0+b", "1.0.0"]) == ["1.0.0+b", "1.0.0+a", "1.0.0"]


def test_what_is_no_version_comes_last() -> None:
    assert newest_first(["latest", "1.0.0", "zebra", "0.1.0-rc"]) == ["1.0.0", "0.1.0-rc", "zebra", "latest"]


@pytest.mark.parametrize(
    "text", ["1.2.3", "v1.2.3", "1", "1.2", "v2", "01.2.3", "1.2-rc.1", "1.2.3-a.b-c+d.e-f", "1.2.3-0a"]
)
def test_helm_takes(text: str) -> None:
    assert is_version(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " 1.2.3",
            "1.2.3 ",
            "1.2.3\n",
            "V1.2.3",
            "latest",
            "1.2.3.4",
            "1..2",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-a..b",
        ),
        *(
            "1.2.3-01",
            "1.2.3+a+b",
            "1.2.3-ä",
            "\u0661.\u0662.\u0663",
            "18446744073709551616.0.0",
            "1.2.3-" + "a" * 251,
            "-1.2.3",
            "1.x",
        ),
    ],
)
def test_helm_refuses(text: str) -> None:
    assert not is_version(text)
    with pytest.raises(ChartInvalid):
        parse_version(text)


def test_strict_is_to_the_letter() -> None:
    assert [
        text for text in ("1.2.3", "1.2.3-rc", "1.2.3+b", "v1.2.3", "1.2", "01.2.3", "x") if is_strict(text)
    ] == [
        "1.2.3",
        "1.2.3-rc",
        "1.2.3+b",
    ]


def test_a_tag_cannot_hold_a_plus() -> None:
    assert tag_of("1.2.3-rc.1+build.5") == "1.2.3-rc.1_build.5"
    assert version_of_tag("1.2.3-rc.1_build.5") == "1.2.3-rc.1+build.5"
    with pytest.raises(ChartInvalid):
        tag_of("1.2.3-" + "a" * 130)


@given(
    st.lists(
        st.from_regex(r"[0-9]{1,2}\.[0-9]\.[0-9](-[0-9a-c]{1,3}(\.[0-9a-c]{1,2})?)?", fullmatch=True),
        max_size=8,
    )
)
def test_any_order_of_arrival_gives_the_same_order(versions: list[str]) -> None:
    assert newest_first(versions) == newest_first(versions[::-1])
