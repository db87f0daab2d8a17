"""What scrubbing makes of stores that answer badly."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import digest_of
from charthouse.model.errors import Unavailable
from charthouse.ports.upkeep import StoredBlob
from charthouse.services.scrub import Damage, Reason, Scrubber
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_upkeep import ScriptedCollection


def stored(store: MemoryBlobs, index: ScriptedCollection, *payloads: bytes) -> list[StoredBlob]:
    for number, payload in enumerate(payloads, len(index.stored) + 1):
        digest = digest_of(payload)
        index.stored.append(StoredBlob(number, digest, len(payload), store.keep(digest, payload)))
    return index.stored


class Unreadable(MemoryBlobs):
    """A store that lists objects and cannot read them."""

    async def read(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        raise Unavailable("the disk does not work")
        yield b""


async def test_sound_blobs() -> None:
    store, index = MemoryBlobs(), ScriptedCollection()
    blobs = stored(store, index, b"", b"one", b"two" * 1000)
    seen: list[StoredBlob] = []
    report = await Scrubber(index, store, make_hasher).scrub(seen.append)
    assert (report.checked, report.bytes, report.damaged, seen) == (3, 3003, [], blobs)


async def test_damaged_blobs_are_set_aside() -> None:
    store, index = MemoryBlobs(), ScriptedCollection()
    missing, short, changed, _ = stored(store, index, b"missing", b"short", b"changed", b"sound")
    del store.committed[missing.key]
    store.committed[short.key] = b"shor", 0
    store.committed[changed.key] = b"Changed", 0
    report = await Scrubber(index, store, make_hasher).scrub()
    assert report.damaged == [
        Damage(missing.digest, Reason.MISSING, ["ann/a"]),
        Damage(short.digest, Reason.SIZE, ["ann/a"]),
        Damage(changed.digest, Reason.DIGEST, ["ann/a"]),
    ]
    assert index.quarantined == [1, 2, 3]
    assert set(store.quarantined) == {short.key, changed.key}


async def test_a_blob_that_was_collected_or_repaired_meanwhile_is_not_damaged() -> None:
    class Repaired(ScriptedCollection):
        async def quarantine(self, blob_id: int, key: str) -> bool:
            return False

    store, index = MemoryBlobs(), Repaired()
    (blob,) = stored(store, index, b"gone")
    del store.committed[blob.key]
    assert (await Scrubber(index, store, make_hasher).scrub()).damaged == []
    assert store.quarantined == {}


async def test_what_cannot_be_read_is_told_and_left() -> None:
    store, index = Unreadable(), ScriptedCollection()
    stored(store, index, b"one")
    report = await Scrubber(index, store, make_hasher).scrub()
    assert [damage.reason for damage in report.damaged] == [Reason.UNREADABLE]
    assert index.quarantined == []


async def test_a_store_that_is_away_ends_the_scrub() -> None:
    store, index = Unreadable(), ScriptedCollection()
    stored(store, index, *(b"%d" % number for number in range(20)))
    with pytest.raises(Unavailable, match="is the storage there"):
        await Scrubber(index, store, make_hasher).scrub()
    assert index.quarantined == []
