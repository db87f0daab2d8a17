"""Differences of texts as unified diffs, within bounds: comparing lines takes quadratic time at worst."""

from __future__ import annotations

import difflib

import msgspec

from .facts import Text

_MOST_LINES = 4000  # of a text whose lines are compared one by one
_WORK = 17_000_000  # pairs of lines of all texts together: at worst about two seconds
_LONGEST = 256 * 1024  # characters kept of one diff


class Diff(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a text differs; ``kind`` is added, removed or changed. ``truncated``: the diff is not, or not wholly, here."""

    path: str
    kind: str
    diff: str = ""
    truncated: bool = False


class Budget:
    """How much comparing is left."""

    def __init__(self) -> None:
        self._left = _WORK

    def take(self, work: int) -> bool:
        """Return whether that much is left, and take it."""
        if work > self._left:
            return False
        self._left -= work
        return True


def diff(before: Text | None, after: Text | None, budget: Budget) -> Diff | None:
    """Return how two texts differ, None when they do not."""
    text = after or before
    if text is None or (before and after and before.text == after.text and before.size == after.size):
        return None
    kind = "changed" if before and after else "added" if after else "removed"
    old, new = _lines(before), _lines(after)
    start, end = _equal_ends(old, new)
    work = (len(old) - start - end) * (len(new) - start - end)
    if max(len(old), len(new)) > _MOST_LINES or not budget.take(work):
        return Diff(path=text.path, kind=kind, truncated=True)
    names = (before.path if before else "/dev/null", after.path if after else "/dev/null")
    lines = difflib.unified_diff(old, new, *names, lineterm="")
    written = "\n".join(lines)
    whole = len(written) <= _LONGEST and not any(side.truncated for side in (before, after) if side)
    return Diff(path=text.path, kind=kind, diff=written[:_LONGEST], truncated=not whole)


def _lines(text: Text | None) -> list[str]:
    return text.text.splitlines() if text else []


def _equal_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    """Return how many lines are equal at the beginning, and how many of the others at the end."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end
