"""Indexes of repositories in memory: asked for what changed only, consistent with their stamp, bounded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from charthouse.model.names import RepositoryName, Tag
from charthouse.ports.charts import ChartEntry, ChartRepository, Charts
from charthouse.services.charts.index import repositories
from charthouse.services.charts.index.documents import LevelIndex, Member
from charthouse.services.charts.index.repositories import RepositoryIndex, RepositoryIndexes


@dataclass
class Stored:
    """The store's entries of repositories, and what it was asked for."""

    rows: dict[int, list[ChartEntry]] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    late: ChartEntry | None = None
    """A row that comes in while the first answer is under way."""

    async def entries(
        self, repository_id: int, after_stamp: int, limit: int | None = None
    ) -> list[ChartEntry]:
        """Answer as ``ports.charts.Charts`` does."""
        self.asked.append((repository_id, after_stamp))
        await asyncio.sleep(0)
        if self.late is not None:
            late, self.late = self.late, None
            kept = [one for one in self.rows[repository_id] if one.tag != late.tag]
            self.rows[repository_id] = [*kept, late]
        rows = [one for one in self.rows[repository_id] if one.stamp > after_stamp]
        rows = sorted(rows, key=lambda one: one.stamp)[:limit]
        return rows if after_stamp else [one for one in rows if one.entry]


def row(tag: str, stamp: int, text: str = "x") -> ChartEntry:
    return ChartEntry(Tag(tag), "", stamp, text, None)


def found(key: int, stamp: int) -> ChartRepository:
    return ChartRepository(key, RepositoryName(f"acme/r{key}"), stamp, None)


def indexes(stored: Stored, limit: int = 10**6) -> RepositoryIndexes:
    return RepositoryIndexes(cast("Charts", stored), limit)


def text_of(index: RepositoryIndex) -> bytes:
    return b"".join(leaf.piece.plain() for leaf in index.leaves)


async def test_only_what_changed_is_asked_for() -> None:
    stored = Stored({1: [row("1.0.0", 5, "a"), row("2.0.0", 6, "b")]})
    kept = indexes(stored)
    assert text_of(await kept.at(found(1, 6), 0)) == b"ba"
    stored.asked.clear()
    await kept.at(found(1, 6), 0)
    assert stored.asked == []
    stored.rows[1].append(row("3.0.0", 7, "c"))
    assert text_of(await kept.at(found(1, 7), 0)) == b"cba"
    assert stored.asked == [(1, 6)]


async def test_a_large_one_is_read_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repositories, "READ_AT_ONCE", 3)
    rows = [row(f"1.{number}.0", 50 - number, f"{number} ") for number in range(10)]
    stored = Stored({1: rows}, late=row("1.9.0", 60, ""))
    index = await indexes(stored).at(found(1, 50), 0)
    assert (index.stamp, text_of(index)) == (60, b"8 7 6 5 4 3 2 1 0 ")
    assert len(stored.asked) == 5
    whole = await indexes(Stored({1: rows[:9]})).at(found(1, 60), 0)
    assert text_of(whole) == text_of(index)


async def test_many_who_ask_at_once_ask_the_store_once() -> None:
    stored = Stored({1: [row("1.0.0", 5)]})
    kept = indexes(stored)
    await asyncio.gather(*(kept.at(found(1, 5), 0) for _ in range(20)))
    assert stored.asked == [(1, 0), (1, 5)]


async def test_what_goes_while_it_is_read_for_the_first_time_has_the_later_stamp() -> None:
    stored = Stored({1: [row("1.0.0", 5, "a"), row("2.0.0", 6, "b")]}, late=row("2.0.0", 7, ""))
    index = await indexes(stored).at(found(1, 6), 0)
    assert (index.stamp, text_of(index)) == (7, b"a")


async def test_room_is_bounded_and_who_holds_an_index_is_told() -> None:
    stored = Stored({key: [row(f"1.{number}.0", 5) for number in range(50)] for key in range(10)})
    kept = indexes(stored, limit=6000)
    told: list[None] = []
    kept.on_drop = lambda: told.append(None)
    for key in range(10):
        await kept.at(found(key, 5), 0)
    assert told
    assert kept.memory <= 6000
    stored.asked.clear()
    await kept.at(found(9, 5), 0)
    assert stored.asked == []
    await kept.at(found(0, 5), 0)
    assert stored.asked == [(0, 0), (0, 5)]


def test_the_key_tells_repositories_stamps_and_what_has_ended() -> None:
    def key(*members: tuple[str, RepositoryIndex]) -> str:
        return LevelIndex([Member(RepositoryName(path), index) for path, index in members]).key

    one, two = RepositoryIndex(1, 5), RepositoryIndex(2, 5)
    keys = [
        key(),
        key(("acme/a", one)),
        key(("acme/a", two)),
        key(("acme/b", one)),
        key(("acme/a", RepositoryIndex(1, 6))),
        key(("acme/a", RepositoryIndex(1, 5, expired={"1.0.0": 4}))),
        key(("acme/a", one), ("acme/b", two)),
    ]
    assert len(set(keys)) == len(keys)
    assert key(("acme/a", RepositoryIndex(1, 5))) == keys[1]
