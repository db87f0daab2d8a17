"""Differences of texts line by line, and of values, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from charthouse.helm.chart.compare import Change, Comparison
from charthouse.helm.chart.diffs import Diff

from .settings import written

_MOST_LINES = 5000
"""Lines of all differences of one page together."""
_LONGEST = 400
_KINDS = {"+": "added", "-": "removed", "@": "place"}


class Line(msgspec.Struct, frozen=True):
    """A line of a difference; ``kind`` is added, removed, place (where it is) or "" for one that is equal."""

    kind: str
    text: str


class ChangedText(msgspec.Struct, frozen=True):
    """A text that changed; ``cut``: not all lines are here."""

    path: str
    kind: str
    lines: list[Line]
    cut: bool

    @property
    def added(self) -> int:
        """Return how many lines came."""
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        """Return how many lines went."""
        return sum(line.kind == "removed" for line in self.lines)


class ChangedValue(msgspec.Struct, frozen=True):
    """A thing that came (``before`` is none), went (``after`` is none) or is another one."""

    path: str
    kind: str
    before: str | None
    after: str | None


class Changes(msgspec.Struct, frozen=True):
    """What a page tells of a comparison, by parts."""

    metadata: list[ChangedValue]
    values: list[ChangedValue]
    schema: list[ChangedValue]
    dependencies: list[ChangedValue]
    images: list[ChangedValue]
    templates: list[ChangedText]
    texts: list[ChangedText]

    @property
    def nothing(self) -> bool:
        """Tell whether nothing changed."""
        return not any(getattr(self, name) for name in self.__struct_fields__)


def changes(comparison: Comparison) -> Changes:
    """Return a comparison as a page shows it."""
    budget = _Budget()
    texts = [text for text in (comparison.values_text, comparison.readme) if text is not None]
    return Changes(
        [_value(one) for one in comparison.metadata if one.path != "version"],
        [_value(one) for one in comparison.values],
        [_value(one) for one in comparison.schema],
        [_value(one) for one in comparison.dependencies],
        _images(comparison.images),
        [budget.text(one) for one in [*comparison.templates, *comparison.crds]],
        [budget.text(one) for one in texts],
    )


class _Budget:
    """How many lines may still be shown."""

    def __init__(self) -> None:
        self._left = _MOST_LINES

    def text(self, found: Diff) -> ChangedText:
        """Return a difference with as many lines as are left."""
        lines = found.diff.split("\n")[2:] if found.diff else []  # after the names of both sides
        shown = [Line(_KINDS.get(line[:1], ""), line) for line in lines[: self._left]]
        self._left -= len(shown)
        return ChangedText(found.path, found.kind, shown, found.truncated or len(shown) < len(lines))


def _value(change: Change) -> ChangedValue:
    before = None if change.kind == "added" else written(change.before)[:_LONGEST]
    after = None if change.kind == "removed" else written(change.after)[:_LONGEST]
    return ChangedValue(change.path, change.kind, before, after)


def _images(found: Iterable[Change]) -> list[ChangedValue]:
    """Return images by name with the references before and after."""
    return [
        ChangedValue(
            one.path,
            one.kind,
            None if one.kind == "added" else ", ".join(one.before),
            None if one.kind == "removed" else ", ".join(one.after),
        )
        for one in found
    ]
