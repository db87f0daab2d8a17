"""Versions compare by bytes as they do by SemVer."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.versions import compare, parse_version
from charthouse.services.charts.precedence import precedence_of

_IDENTIFIER = st.from_regex(r"(0|[1-9][0-9]{0,20}|[0-9]*[A-Za-z-][0-9A-Za-z-]{0,4})", fullmatch=True)
_NUMBER = st.sampled_from([0, 1, 2, 9, 10, 11, 99, 100, 2**63, 2**64 - 1])
_PRERELEASE = st.one_of(st.just(""), st.lists(_IDENTIFIER, min_size=1, max_size=4).map(".".join))


@st.composite
def _version(draw: st.DrawFn) -> str:
    core = ".".join(str(draw(_NUMBER)) for _ in range(3))
    prerelease = draw(_PRERELEASE)
    return f"{core}-{prerelease}" if prerelease else core


@given(_version(), _version())
def test_orders_as_semver_does_with_releases_last(left: str, right: str) -> None:
    a, b = precedence_of(left).encode(), precedence_of(right).encode()
    stable = [not parse_version(version).prerelease for version in (left, right)]
    wanted = compare(left, right) if stable[0] == stable[1] else stable[0] - stable[1]
    assert (a > b) - (a < b) == wanted


def test_the_order_that_semver_gives_as_its_example() -> None:
    parts = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"]
    ordered = [*(f"1.0.0-{part}" for part in parts), "0.9.9", "1.0.0", "v1.2", "1.10.0", "10.0.0"]
    for older, newer in itertools.pairwise(ordered):
        assert precedence_of(older) < precedence_of(newer)
    assert precedence_of("1.0.0+linux") == precedence_of("1.0.0+windows")


def test_the_longest_fits_its_column() -> None:
    for part in ("1", "a", "18446744073709551615"):
        version = f"{2**64 - 1}.{2**64 - 1}.{2**64 - 1}-" + ".".join([part] * 130)
        assert len(precedence_of(version[:256].rstrip("."))) <= 450
    assert len(precedence_of("1.2.3-" + ".".join(["1"] * 125))) <= 450
