"""The reference documentation says what the code says."""

from __future__ import annotations

from tools.reference import outdated


def test_the_reference_is_up_to_date() -> None:
    assert outdated() == [], "run `make docs` and commit what it writes"
