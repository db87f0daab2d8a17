"""What a provenance file claims."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.facts import Provenance
from charthouse.helm.chart.provenance import read_provenance
from charthouse.helm.chart.reading import inspect
from tests.unit.helm.packages import package

DIGEST = "sha256:" + "ab" * 32
BODY = f"""apiVersion: v2
name: web
version: 1.2.3

...
files:
  web-1.2.3.tgz: {DIGEST}
"""


def signed(body: str = BODY) -> bytes:
    escaped = "\n".join(f"- {line}" if line.startswith("-") else line for line in body.split("\n"))
    return (
        f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{escaped}-----BEGIN PGP SIGNATURE-----\n\nwsBc\n=abcd\n"
        "-----END PGP SIGNATURE-----\n"
    ).encode()


def test_what_it_claims_is_read() -> None:
    assert read_provenance(signed(), DIGEST) == Provenance(
        name="web", version="1.2.3", files={"web-1.2.3.tgz": DIGEST}, file_name="web-1.2.3.tgz", matches=True
    )
    assert not read_provenance(signed(), "sha256:" + "cd" * 32).matches


def test_lines_may_end_as_on_windows_and_dashes_are_unescaped() -> None:
    listed = BODY.replace("version: 1.2.3\n", "version: 1.2.3\nkeywords:\n- web\n")
    assert read_provenance(signed(listed).replace(b"\n", b"\r\n"), DIGEST).matches


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        BODY.encode(),
        signed()[:-40],
        signed("name: web\n"),
        signed("...\n"),
        signed("name: web\n\n...\nfiles: []\n"),
        signed("name: web\n\n...\n- a\n"),
        signed("{\n\n...\nfiles: {a: b}\n"),
        signed("#" * 2_000_000),
    ],
)
def test_what_is_no_provenance_is_refused(data: bytes) -> None:
    with pytest.raises(ChartInvalid) as caught:
        read_provenance(data, DIGEST)
    assert caught.value.where == "provenance"


def test_a_package_is_read_with_its_provenance() -> None:
    data = package()
    digest = inspect(data).digest
    reading = inspect(data, signed(BODY.replace(DIGEST, digest)))
    assert reading.provenance is not None
    assert reading.provenance.matches
    other = inspect(data, signed())
    assert [problem.rule for problem in other.problems] == ["provenance-digest"]
    assert [problem.rule for problem in inspect(data, b"no").problems] == ["provenance"]


@given(st.text(max_size=200))
def test_whatever_is_signed_is_read_or_refused(body: str) -> None:
    with suppress(ChartInvalid):
        read_provenance(signed(body), DIGEST)
