"""The entries of one repository in leaves of some hundred: one more version changes one of them.

Where a leaf begins is told by the entry that begins it, not by what came before; so leaves are the same, byte for
byte, whether they were mended a thousand times or made at once, and in every process.
"""

from __future__ import annotations

import bisect
import itertools
import zlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from charthouse.helm.chart.versions import sort_key, version_of_tag
from charthouse.ports.charts import ChartEntry

from .pieces import Piece, piece_of

MEAN = 128
"""Entries of a leaf on the average; a power of two."""

_Row = tuple[str, int, int | None]
_ROWS = msgspec.msgpack.Decoder(list[_Row])


class Shown(msgspec.Struct, frozen=True, gc=False):
    """An entry in full: ``text`` as it stands in the index, shown until ``expires_ms``."""

    tag: str
    text: bytes
    expires_ms: int | None


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """Entries, newest first. ``first`` is the tag of the newest, ``expires_ms`` when the first of them ends."""

    first: str
    piece: Piece
    rows: bytes
    """Tag, length and end of each, encoded."""
    expires_ms: int | None

    @property
    def memory(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.piece.deflated) + len(self.rows) + 400

    def entries(self) -> list[Shown]:
        """Return the entries."""
        text, at, found = self.piece.plain(), 0, []
        for tag, length, expires_ms in _ROWS.decode(self.rows):
            found.append(Shown(tag, text[at : at + length], expires_ms))
            at += length
        return found


Leaves = tuple[Leaf, ...]


def age(tag: str) -> tuple[object, ...]:
    """Return what tags are ordered by, from the oldest version to the newest; no two have the same."""
    return sort_key(version_of_tag(tag))


def made(entries: Iterable[Shown]) -> Leaves:
    """Return the leaves of entries in any order."""
    ordered = sorted(entries, key=lambda entry: age(entry.tag), reverse=True)
    return tuple(_leaf(part) for part in _parts(ordered))


def mended(leaves: Leaves, changes: Mapping[str, Shown | None]) -> Leaves:
    """Return the leaves with entries put in, or taken out (None), by their tags."""
    if not leaves:
        return made(change for change in changes.values() if change is not None)
    places = _places(leaves, changes)
    worn = [bool(place) for place in places]
    for number in range(len(leaves) - 1, 0, -1):
        if leaves[number].first in places[number]:
            worn[number - 1] = True  # it may lose the entry that begins it, and fall to the one before
    found: list[Leaf] = []
    for mend, run in itertools.groupby(range(len(leaves)), key=worn.__getitem__):
        numbers = list(run)
        if mend:
            found.extend(_mended([leaves[n] for n in numbers], [places[n] for n in numbers], changes))
        else:
            found.extend(leaves[n] for n in numbers)
    return tuple(found)


def touched(leaves: Leaves, tags: Iterable[str], now_ms: int) -> int:
    """Return about how many bytes of text mending has to read and write where tags change, or entries have ended."""
    if not leaves:
        return 0
    return sum(
        leaf.piece.size
        for leaf, place in zip(leaves, _places(leaves, tags), strict=True)
        if place or (leaf.expires_ms is not None and leaf.expires_ms <= now_ms)
    )


def _places(leaves: Leaves, changes: Iterable[str]) -> list[list[str]]:
    """Return the changed tags that fall into each leaf."""
    places: list[list[str]] = [[] for _ in leaves]
    oldest_first = [age(leaf.first) for leaf in reversed(leaves)]
    for tag in changes:
        at = len(leaves) - 1 - bisect.bisect_left(oldest_first, age(tag))
        places[max(at, 0)].append(tag)
    return places


def _mended(
    leaves: Iterable[Leaf], places: Iterable[list[str]], changes: Mapping[str, Shown | None]
) -> Leaves:
    entries = {entry.tag: entry for leaf in leaves for entry in leaf.entries()}
    for tag in itertools.chain.from_iterable(places):
        entries.pop(tag, None)
        change = changes[tag]
        if change is not None:
            entries[tag] = change
    return made(entries.values())


def _parts(ordered: Sequence[Shown]) -> Iterable[list[Shown]]:
    part: list[Shown] = []
    for entry in ordered:
        if part and _begins(entry.tag):
            yield part
            part = []
        part.append(entry)
    if part:
        yield part


def _begins(tag: str) -> bool:
    """Tell whether a leaf begins with this tag, whatever stands before it."""
    return zlib.crc32(tag.encode()) % MEAN == 0


def _leaf(part: Sequence[Shown]) -> Leaf:
    rows: list[_Row] = [(entry.tag, len(entry.text), entry.expires_ms) for entry in part]
    ends = [entry.expires_ms for entry in part if entry.expires_ms is not None]
    text = b"".join(entry.text for entry in part)
    return Leaf(part[0].tag, piece_of(text), msgspec.msgpack.encode(rows), min(ends, default=None))


def shown(entry: ChartEntry) -> Shown:
    """Return what the store says that an index shows."""
    return Shown(entry.tag, entry.entry.encode(), entry.expires_ms)
