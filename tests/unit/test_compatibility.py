"""The comparison with Quay knows every route that is offered, and promises none that is not."""

from __future__ import annotations

from tools.compatibility.page import WHERE, contradictory, doubled, missing, unplanned


def test_every_route_has_its_line() -> None:
    assert missing() == [], f"add a line for each of these routes to {WHERE}, then run `make docs`"


def test_nothing_that_is_offered_is_called_left_out() -> None:
    assert contradictory() == [], f"these routes are there: take `never` from their lines in {WHERE}"


def test_no_line_stands_twice() -> None:
    assert doubled() == [], f"see {WHERE}"


def test_what_is_not_there_says_what_brings_it() -> None:
    assert unplanned() == [], f"no route has these addresses: name what brings them in LATER, in {WHERE}"
