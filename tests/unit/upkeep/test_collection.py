"""The order of a collection, its times, and what a fault at any point leaves."""

from __future__ import annotations

import pytest

from charthouse.model.digests import digest_of
from charthouse.model.errors import Unavailable
from charthouse.services.collection import STEP, Collected, Collector, Windows
from tests.support.clock import ManualClock
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_upkeep import ScriptedCollection

HOUR = 3_600_000
DAY = 24 * HOUR


def windows(untagged_ms: int = 14 * DAY) -> Windows:
    return Windows(grace_ms=HOUR, untagged_ms=untagged_ms, upload_ms=2 * DAY)


def store_of(count: int) -> tuple[MemoryBlobs, list[str]]:
    store = MemoryBlobs()
    return store, [store.keep(digest_of(b"%d" % number), b"x") for number in range(count)]


async def test_the_database_forgets_before_the_bytes_go() -> None:
    store, keys = store_of(STEP + 1)
    index = ScriptedCollection(tags=1, manifests=STEP + 1, links=2, keys=keys)
    taken = await Collector(index, store, ManualClock(), windows()).collect()
    assert taken == Collected(
        tags=1, manifests=STEP + 1, links=2, blobs=STEP + 1, bytes=STEP + 1, objects=STEP + 1
    )
    assert index.calls == [
        "doomed",  # what an earlier run left
        "expire",
        *["history"] * 2,
        *["manifests"] * 3,
        *["links"] * 2,
        *["blobs"] * 3,
        *["doomed", "forget"] * 2,
        "doomed",
    ]
    assert store.committed == {}
    assert index.marked == {}


async def test_windows() -> None:
    store, _ = store_of(0)
    index, clock = ScriptedCollection(), ManualClock()
    collector = Collector(index, store, clock, windows())
    await collector.collect()
    times = dict(zip(index.calls, index.times, strict=True))
    now = clock.now_ms()
    assert times["history"] == times["manifests"] == (now, 14 * DAY, HOUR)
    assert times["expire"] == times["links"] == times["blobs"] == (now,)
    await collector.preview()
    assert index.times[-1] == (now, 14 * DAY, HOUR)


async def test_a_fault_at_any_point_leaves_the_next_run_to_finish() -> None:
    for point in range(1, 13):
        store, keys = store_of(3)
        index = ScriptedCollection(tags=1, manifests=1, links=1, keys=keys)
        index.fail_at = point
        collector = Collector(index, store, ManualClock(), windows())
        with pytest.raises(Unavailable):
            await collector.collect()
        assert set(store.committed) <= {*index.marked, *index.keys}, "no bytes are forgotten"
        assert not set(index.keys) - set(store.committed), (
            "no bytes go before the database has forgotten them"
        )
        await collector.collect()
        assert (index.tags, index.manifests, index.links, index.keys) == (0, 0, 0, [])
        assert (store.committed, index.marked) == ({}, {})


async def test_an_object_that_cannot_be_deleted_stays_marked() -> None:
    class Stubborn(MemoryBlobs):
        async def delete(self, key: str) -> None:
            if key == stubborn:
                raise Unavailable("no")
            await super().delete(key)

    store = Stubborn()
    keys = [store.keep(digest_of(b"%d" % number), b"x") for number in range(3)]
    stubborn = keys[0]
    index = ScriptedCollection(keys=keys)
    with pytest.raises(Unavailable):
        await Collector(index, store, ManualClock(), windows()).collect()
    assert set(store.committed) == set(index.marked) == {stubborn}
    stubborn = ""
    await Collector(index, store, ManualClock(), windows()).collect()
    assert store.committed == {}
