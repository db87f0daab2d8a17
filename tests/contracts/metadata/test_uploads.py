"""Upload sessions and pull counts."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.ports.content import Pull
from charthouse.ports.uploads import Upload

from .world import NOW, World

UPLOAD = Upload("0b6c-1", "alice/app", 7, "sha512", 0, b"\x00state\xff", b"", NOW, NOW)


async def test_session_is_found_by_other_workers(world: World) -> None:
    await world.store.uploads.add(UPLOAD)
    for store in (world.harness.store, world.harness.peer):
        assert await store.uploads.get(UPLOAD.upload_id) == UPLOAD
        assert await store.uploads.get("0B6C-1") is None
        assert await store.uploads.get("none") is None


async def test_session_advances_from_where_it_stands(world: World) -> None:
    uploads = world.store.uploads
    await uploads.add(UPLOAD)
    further = msgspec.structs.replace(
        UPLOAD, offset=5 << 40, hash_state=b"h" * 112, store_state=b"s" * 5000, touched_ms=NOW + 9
    )
    assert await uploads.advance(further, 0)
    assert await world.harness.peer.uploads.get(UPLOAD.upload_id) == further
    assert not await uploads.advance(UPLOAD, 0)
    assert await uploads.get(UPLOAD.upload_id) == further
    assert not await uploads.advance(msgspec.structs.replace(further, upload_id="none"), 0)


async def test_one_of_many_advances(world: World) -> None:
    await world.store.uploads.add(UPLOAD)
    stores = [world.harness.store, world.harness.peer]
    moves = [msgspec.structs.replace(UPLOAD, offset=number) for number in range(1, 11)]
    won = await asyncio.gather(*(stores[n % 2].uploads.advance(move, 0) for n, move in enumerate(moves)))
    assert sum(won) == 1
    assert await world.store.uploads.get(UPLOAD.upload_id) == moves[won.index(True)]


async def test_session_is_removed_once(world: World) -> None:
    await world.store.uploads.add(UPLOAD)
    assert await world.store.uploads.remove(UPLOAD.upload_id)
    assert not await world.harness.peer.uploads.remove(UPLOAD.upload_id)
    assert await world.store.uploads.get(UPLOAD.upload_id) is None


async def test_stale_sessions_oldest_first(world: World) -> None:
    ages = {"c": 30, "a": 10, "b": 20, "d": 40}
    for name, age in ages.items():
        session = msgspec.structs.replace(UPLOAD, upload_id=name, touched_ms=NOW + age)
        await world.store.uploads.add(session)
    stale = world.store.uploads.stale
    assert [found.upload_id for found in await stale(NOW + 40, 10)] == ["a", "b", "c"]
    assert [found.upload_id for found in await stale(NOW + 40, 2)] == ["a", "b"]
    assert await stale(NOW, 10) == []


async def test_pulls_add_up(world: World) -> None:
    pulls = world.store.pulls
    assert await pulls.count(1, "v1") == (0, 0)
    await pulls.record([])
    await pulls.record([Pull(1, "v1", 2, NOW), Pull(1, "V1", 1, NOW), Pull(2, "v1", 5, NOW)])
    await world.harness.peer.pulls.record([Pull(1, "v1", 3, NOW + 4)])
    assert await pulls.count(1, "v1") == (5, NOW + 4)
    assert await pulls.count(1, "V1") == (1, NOW)
    assert await pulls.count(2, "v1") == (5, NOW)


async def test_many_workers_count_at_once(world: World) -> None:
    stores = [world.harness.store, world.harness.peer]
    batch = [Pull(1, f"v{number}", 1, NOW) for number in range(50)]
    await asyncio.gather(*(stores[n % 2].pulls.record(batch[:: 1 if n % 4 < 2 else -1]) for n in range(8)))
    assert await world.store.pulls.count(1, "v0") == (8, NOW)
    assert await world.store.pulls.count(1, "v49") == (8, NOW)
