"""Moments of tags as a timeline shows them: by day."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from charthouse.services.registry.tag_timeline import Moment

_DAY_MS = 86_400_000


def by_day(moments: Iterable[Moment]) -> list[tuple[int, list[Moment]]]:
    """Return moments by the day (UTC) on which they were, each with its beginning in milliseconds."""
    days = groupby(moments, lambda moment: moment.event.at_ms // _DAY_MS)
    return [(day * _DAY_MS, list(some)) for day, some in days]
