"""Orphans, abandoned uploads and stale sessions: which go, and when."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import digest_of
from charthouse.ports.uploads import Upload
from charthouse.services.collection import Collector, Windows
from charthouse.services.leftovers import Left, Leftovers
from tests.support.clock import ManualClock
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_upkeep import ScriptedCollection
from tests.support.registry import present

HOUR = 3_600_000
DAY = 24 * HOUR
WINDOWS = Windows(grace_ms=HOUR, untagged_ms=0, upload_ms=2 * DAY)


class Sessions:
    """Upload sessions (ports.uploads.Uploads)."""

    def __init__(self, *uploads: Upload) -> None:
        self.uploads = {upload.upload_id: upload for upload in uploads}

    async def add(self, upload: Upload) -> None:
        self.uploads[upload.upload_id] = upload

    async def get(self, upload_id: str) -> Upload | None:
        return self.uploads.get(upload_id)

    async def advance(self, upload: Upload, from_offset: int) -> bool:
        raise NotImplementedError

    async def remove(self, upload_id: str) -> bool:
        return self.uploads.pop(upload_id, None) is not None

    async def in_repository(self, repository: str) -> list[Upload]:
        raise NotImplementedError

    async def in_namespace(self, namespace: str) -> list[Upload]:
        raise NotImplementedError

    async def stale(self, before_ms: int, limit: int) -> list[Upload]:
        return [upload for upload in self.uploads.values() if upload.touched_ms < before_ms][:limit]


def session(upload_id: str, touched_ms: int) -> Upload:
    return Upload(upload_id, "ann/a", 1, "sha256", 5, b"", b"", 0, touched_ms)


class World:
    def __init__(self, *uploads: Upload) -> None:
        self.store, self.index, self.sessions = MemoryBlobs(), ScriptedCollection(), Sessions(*uploads)
        self.clock: ManualClock = present()
        self.leftovers = Leftovers(self.index, self.store, self.sessions, self.clock, WINDOWS)
        self.collector = Collector(self.index, self.store, self.clock, WINDOWS)


async def test_an_orphan_goes_when_it_is_still_one_after_the_grace_period_and_an_hour() -> None:
    world = World()
    orphan = world.store.keep(digest_of(b"orphan"), b"orphan")
    used = world.store.keep(digest_of(b"used"), b"used")
    late = world.store.keep(digest_of(b"late"), b"late")
    world.index.known.add(used)
    assert await world.leftovers.tidy() == Left(), "a young object may be a push under way"
    world.clock.advance(3 * 3600)
    assert await world.leftovers.preview() == Left(orphans=2, orphan_bytes=10)
    assert await world.leftovers.tidy() == Left(orphans=2, orphan_bytes=10)
    world.clock.advance(7100)
    await world.collector.collect()
    assert set(world.store.committed) == {orphan, used, late}
    world.index.known.add(late)  # its push comes to its link
    world.clock.advance(200)
    await world.collector.collect()
    assert set(world.store.committed) == {used, late}


async def test_bytes_of_an_upload_go_when_no_session_knows_them() -> None:
    world = World(session("known", present().now_ms()))
    for upload_id in ("known", "forgotten"):
        world.store.unfinished[upload_id] = bytearray(b"12345")

    async def at(seconds: float) -> Left:
        world.clock.advance(seconds)
        return await world.leftovers.tidy()

    # MemoryBlobs dates all uploads now: what the clock has moved is their age
    assert await at(47 * 3600) == Left()
    assert await at(2 * 3600) == Left(uploads=1, upload_bytes=5)
    assert set(world.store.unfinished) == {"known"}


async def test_a_stale_session_goes_with_its_bytes() -> None:
    now = present().now_ms()
    world = World(session("old", now), session("new", now + 3 * HOUR))
    for upload_id in ("old", "new"):
        world.store.unfinished[upload_id] = bytearray(b"12345")
    world.clock.advance(48 * 3600 + 3600)
    assert (await world.leftovers.preview()).uploads == 1 + 0
    assert await world.leftovers.expire_uploads() == Left(uploads=1, upload_bytes=5)
    assert set(world.sessions.uploads) == set(world.store.unfinished) == {"new"}
    assert msgspec.structs.asdict(await world.leftovers.expire_uploads())["uploads"] == 0
