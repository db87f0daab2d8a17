"""What narrows a list of tags, as the address of the page says it; and what people type of dates."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec

from charthouse.model.errors import InvalidRequest
from charthouse.services.registry.tag_shelf import Order, TagRow

from .visit import Visit

SIZES = (25, 50, 100)
_MARKS = 6


class TagFilters(msgspec.Struct, frozen=True):
    """Which tags are shown. ``signatures``: those, too, that only carry what belongs to a digest."""

    text: str
    order: Order
    size: int
    page: int
    signatures: bool

    def address(self, page: int = 1, **other: str) -> str:
        """Return the query of another page of the list, or of the list in another order (``sort``, ``all``)."""
        fields = {
            "q": self.text,
            "sort": "" if self.order is Order.NEWEST else str(self.order),
            "size": "" if self.size == SIZES[0] else str(self.size),
            "all": "1" if self.signatures else "",
            "page": "" if page == 1 else str(page),
        } | other
        return f"?{urlencode({name: value for name, value in fields.items() if value})}"


def tag_filters(visit: Visit) -> TagFilters:
    """Return what the address says; nonsense is as if it were not there."""
    order, size = visit.field("sort"), visit.field("size")
    return TagFilters(
        visit.field("q"),
        Order(order) if order in set(Order) else Order.NEWEST,
        int(size) if size in {str(one) for one in SIZES} else SIZES[0],
        visit.page_number(),
        visit.field("all") == "1",
    )


def marks_of(rows: Sequence[TagRow]) -> dict[str, int]:
    """Return a number for each digest that several tags of a page point at, from 1 on in the order of the page."""
    counts = Counter(row.life.digest for row in rows)
    repeated = [digest for digest, count in counts.items() if count > 1]
    return {digest: number % _MARKS + 1 for number, digest in enumerate(repeated)}


def end_of_day(text: str) -> int:
    """Return the end of a day (UTC) in milliseconds; raises InvalidRequest for what is no date."""
    try:
        day = dt.date.fromisoformat(text)
        end = dt.datetime.combine(day, dt.time.max, dt.UTC)
    except ValueError:
        raise InvalidRequest("Choose a date, as in 2030-12-31.") from None
    return int(end.timestamp() * 1000)
