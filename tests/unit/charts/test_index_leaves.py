"""Leaves of an index: mended or made at once, they are the same; joined, they are the text."""

from __future__ import annotations

import gzip
import threading
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.helm.chart.versions import newest_first
from charthouse.model.names import RepositoryName, Tag
from charthouse.ports.charts import ChartEntry, ChartRepository
from charthouse.services.charts.index import repositories
from charthouse.services.charts.index.leaves import MEAN, Leaves, Shown, made, mended
from charthouse.services.charts.index.pieces import gzip_parts, piece_of, plain_parts
from charthouse.services.charts.index.repositories import (
    AT_ONCE,
    NEVER,
    RepositoryIndex,
    RepositoryIndexes,
    updated,
)

versions = st.builds(
    lambda major, minor, tail: f"{major}.{minor}.0{tail}",
    st.integers(0, 3),
    st.integers(0, 400),
    st.sampled_from(["", "", "-rc.1", "-rc.2", "+build"]),
)
tags = versions.map(lambda version: version.replace("+", "_"))
texts = st.none() | st.text("abc é\n", min_size=1, max_size=30)
steps = st.lists(st.dictionaries(tags, texts, max_size=40), max_size=12)


def entry(tag: str, text: str = "", expires_ms: int | None = None) -> Shown:
    """Return an entry with a text of its own."""
    return Shown(tag, (text or f"  - version: {tag}\n").encode(), expires_ms)


def text_of(leaves: Leaves) -> bytes:
    """Return what the leaves hold."""
    return b"".join(plain_parts(leaf.piece for leaf in leaves))


@given(steps)
def test_mended_leaves_are_those_made_at_once(changes: list[dict[str, str | None]]) -> None:
    leaves: Leaves = ()
    expected: dict[str, Shown] = {}
    for step in changes:
        change = {tag: None if text is None else entry(tag, text) for tag, text in step.items()}
        expected = {tag: one for tag, one in (expected | change).items() if one is not None}
        leaves = mended(leaves, change)
        assert leaves == made(expected.values())


@given(st.sets(tags, max_size=400))
def test_the_newest_version_comes_first(found: set[str]) -> None:
    order = newest_first([tag.replace("_", "+") for tag in found])
    assert text_of(made(map(entry, found))).decode() == "".join(
        entry(version.replace("+", "_")).text.decode() for version in order
    )


def test_one_more_version_changes_few_leaves_of_many() -> None:
    every = [entry(f"1.{number}.0") for number in range(5000)]
    before = made(every)
    assert 5000 / MEAN / 2 < len(before) < 5000 / MEAN * 2
    for tag in ("1.5000.0", "0.1.0", "1.2500.1", "1.2500.0"):
        after = mended(before, {tag: entry(tag, "new\n")})
        assert after == made([*(one for one in every if one.tag != tag), entry(tag, "new\n")])
        assert len(set(after) - set(before)) <= 2


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_joined_pieces_are_one_gzip_member(parts: list[bytes]) -> None:
    pieces = [piece_of(part) for part in parts]
    joined = b"".join(gzip_parts(pieces))
    assert gzip.decompress(joined) == b"".join(parts) == b"".join(plain_parts(pieces))
    reader = zlib.decompressobj(31)
    reader.decompress(joined)
    assert reader.eof
    assert reader.unused_data == b""


def row(tag: str, stamp: int, text: str = "x", expires_ms: int | None = None) -> ChartEntry:
    """Return what the store says of a tag."""
    return ChartEntry(Tag(tag), "", stamp, text, expires_ms)


def test_a_repository_follows_what_changed() -> None:
    index = updated(RepositoryIndex(7), [row("1.0.0", 10), row("2.0.0", 11)], 11, 0)
    assert (index.stamp, text_of(index.leaves)) == (11, b"xx")
    index = updated(index, [row("1.0.0", 12, ""), row("3.0.0", 13, "y")], 12, 0)
    assert (index.stamp, text_of(index.leaves), index.expires_ms) == (13, b"yx", NEVER)


def test_an_entry_ends_with_its_time() -> None:
    index = updated(RepositoryIndex(7), [row("1.0.0", 10, "a", 500), row("2.0.0", 11, "b")], 11, 499)
    assert (text_of(index.leaves), index.expires_ms, index.expired_ms) == (b"ba", 500, 0)
    index = updated(index, [], 11, 500)
    assert (text_of(index.leaves), index.expires_ms, index.expired_ms) == (b"b", NEVER, 500)
    fresh = updated(RepositoryIndex(7), [row("1.0.0", 10, "a", 500), row("2.0.0", 11, "b")], 11, 600)
    assert fresh == index
    index = updated(index, [row("1.0.0", 12, "", None)], 12, 700)  # its row is taken away by a job
    assert index == updated(RepositoryIndex(7), [row("2.0.0", 11, "b")], 12, 700)
    again = updated(fresh, [row("1.0.0", 12, "a", None)], 12, 700)
    assert (text_of(again.leaves), again.expired_ms) == (b"ba", 0)


class Store:
    """Answers what changed, once."""

    def __init__(self, *rows: ChartEntry) -> None:
        self._rows = list(rows)

    async def entries(self, repository_id: int, after_stamp: int, limit: int) -> list[ChartEntry]:
        return [row for row in self._rows if row.stamp > after_stamp]


@pytest.mark.parametrize(("size", "aside"), [(1000, False), (256 * 1024, True)])
async def test_large_entries_are_not_mended_on_the_event_loop(
    monkeypatch: pytest.MonkeyPatch, size: int, aside: bool
) -> None:
    threads = set()

    def noted(index: RepositoryIndex, rows: Any, stamp: int, now_ms: int) -> RepositoryIndex:
        if rows or now_ms >= index.expires_ms:
            threads.add(threading.get_ident())
        return updated(index, rows, stamp, now_ms)

    monkeypatch.setattr(repositories, "updated", noted)
    rows = [row(f"1.{number}.0", 10 + number, "x" * size, 900) for number in range(AT_ONCE)]
    indexes = RepositoryIndexes(Store(*rows), 2**30)  # type: ignore[arg-type]
    await indexes.at(ChartRepository(7, RepositoryName("acme/web"), 50, None), 0)
    assert (threading.get_ident() not in threads) == aside
    threads.clear()
    index = await indexes.at(ChartRepository(7, RepositoryName("acme/web"), 50, None), 900)  # all have ended
    assert (index.leaves, threading.get_ident() not in threads) == ((), aside)
