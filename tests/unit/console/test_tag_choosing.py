"""What narrows lists of tags, which of them are marked as the same, and days that people type."""

from __future__ import annotations

import pytest

from charthouse.console.tag_choosing import TagFilters, end_of_day, marks_of
from charthouse.console.timelines import by_day
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import InvalidRequest
from charthouse.model.kinds import Kind
from charthouse.model.names import Tag
from charthouse.ports.tag_lists import EventKind, TagEvent
from charthouse.ports.tags import TagLife
from charthouse.services.registry.tag_shelf import Order, TagRow
from charthouse.services.registry.tag_timeline import Moment, Restorable, Return

_DAY = 86_400_000


def row(name: str, content: str) -> TagRow:
    digest = digest_of(content.encode())
    life = TagLife(Tag(name), digest, "", 0, 0, None, restored=False, immutable=False)
    return TagRow(life, Kind.IMAGE, False, 0, (), 1, frozenset(), None)


def test_only_what_is_not_usual_stands_in_an_address() -> None:
    usual = TagFilters("", Order.NEWEST, 25, 1, signatures=False)
    assert usual.address() == "?"
    assert usual.address(2) == "?page=2"
    other = TagFilters("a&b", Order.NAME_DOWN, 100, 3, signatures=True)
    assert other.address(4) == "?q=a%26b&sort=-name&size=100&all=1&page=4"
    assert other.address(all="") == "?q=a%26b&sort=-name&size=100"


def test_a_digest_is_marked_when_several_tags_of_the_page_have_it() -> None:
    rows = [row("a", "one"), row("b", "two"), row("c", "three"), row("d", "two"), row("e", "one")]
    assert marks_of(rows) == {digest_of(b"one"): 1, digest_of(b"two"): 2}
    many = [row(f"{name}{number}", str(number)) for number in range(8) for name in "ab"]
    assert list(marks_of(many).values()) == [1, 2, 3, 4, 5, 6, 1, 2]


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of_day("1970-01-02") == 2 * _DAY - 1


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-02-30", "10000-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        end_of_day(text)


def test_moments_stand_under_their_days() -> None:
    def moment(at_ms: int) -> Moment:
        event = TagEvent(Tag("v1"), EventKind.CREATED, at_ms, Digest("sha256:0"), "")
        return Moment(event, Restorable(Return.NOTHING))

    first, second, third = moment(2 * _DAY + 5), moment(2 * _DAY), moment(7)
    assert by_day([first, second, third]) == [(2 * _DAY, [first, second]), (0, [third])]
    assert by_day([]) == []
