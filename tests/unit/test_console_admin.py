"""What the pages of superusers compute: the days on which keys end."""

from __future__ import annotations

import pytest

from charthouse.console.pages.admin_keys import expiration_of, last_day_of
from charthouse.model.errors import InvalidRequest


def test_a_key_works_to_the_end_of_its_last_day() -> None:
    assert expiration_of("2030-01-31") == 1896134400  # 2030-02-01T00:00:00Z
    assert last_day_of(1896134400_000) == "2030-01-31"
    assert last_day_of(1896134400_001) == "2030-02-01"


def test_no_day_is_never() -> None:
    assert expiration_of("") is None
    assert last_day_of(None) == ""


@pytest.mark.parametrize("text", ["tomorrow", "2030-02-30", "9999-12-31", "-1"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        expiration_of(text)


def test_a_moment_beyond_the_calendar_is_no_day() -> None:
    assert last_day_of((1 << 62) - 1) == ""
