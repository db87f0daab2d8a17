"""Whole objects: putting, reading, listing, deleting, setting aside."""

from __future__ import annotations

import os
import time
from pathlib import Path

import aiohttp
import pytest

from charthouse.model.digests import digest_of
from charthouse.model.errors import BlobUnknown
from charthouse.ports.blobs import BlobStore

from .harness import Harness

DATA = os.urandom(100_000)
DIGEST = digest_of(DATA)
LARGE = os.urandom(3 * 1024 * 1024 + 17)

NOT_KEYS = [
    "",
    "/",
    "..",
    "../../../etc/passwd",
    "/etc/passwd",
    "blobs/sha256/ab/../../../uploads/x",
    "uploads/x",
    f"blobs/sha256/ab/{'c' * 64}.0123456789abcdef",
    f"blobs/sha256/cc/{'c' * 64}.0123456789abcdef\n",
    f"blobs/sha256/cc/{'c' * 64}.0123456789abcdef",
    "\0",
    "a" * 5000,
]


async def read(store: BlobStore, key: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(key, start, stop)])


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
async def test_what_is_put_is_read(store: BlobStore, kind: type) -> None:
    key = await store.put(DIGEST, kind(DATA))
    assert await read(store, key) == DATA


@pytest.mark.parametrize("data", [b"", b"x", LARGE], ids=["empty", "one byte", "large"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_any_size_and_algorithm(store: BlobStore, data: bytes, algorithm: str) -> None:
    key = await store.put(digest_of(data, algorithm), data)
    assert await read(store, key) == data
    found = await store.stat(key)
    assert found is not None
    assert found.size == len(data)


async def test_another_worker_sees_it(store: BlobStore, peer: BlobStore) -> None:
    key = await store.put(DIGEST, DATA)
    assert await read(peer, key) == DATA
    await peer.delete(key)
    assert await store.stat(key) is None


async def test_the_same_digest_twice_gives_two_keys(store: BlobStore) -> None:
    first = await store.put(DIGEST, DATA)
    second = await store.put(DIGEST, DATA)
    assert first != second
    await store.delete(first)
    assert await read(store, second) == DATA


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (0, 0), (5, 5), (17, 90_000), (99_999, None), (99_990, 200_000)]
)
async def test_ranges(store: BlobStore, start: int, stop: int | None) -> None:
    key = await store.put(DIGEST, DATA)
    assert await read(store, key, start, stop) == DATA[start:stop]


async def test_a_range_over_several_pieces(store: BlobStore) -> None:
    key = await store.put(digest_of(LARGE), LARGE)
    assert await read(store, key, 1000, len(LARGE) - 1000) == LARGE[1000:-1000]


async def test_reading_may_stop_in_the_middle(store: BlobStore) -> None:
    key = await store.put(digest_of(LARGE), LARGE)
    async for piece in store.read(key):
        assert LARGE.startswith(piece)
        break


async def test_stat_and_listing_agree(store: BlobStore) -> None:
    before = time.time_ns() // 1_000_000
    keys = {await store.put(DIGEST, DATA) for _ in range(3)}
    listed = {found.key: found async for found in store.objects()}
    assert listed.keys() == keys
    for key, found in listed.items():
        alone = await store.stat(key)
        assert alone is not None
        assert (alone.key, alone.size) == (found.key, found.size) == (key, len(DATA))
        for modified_ms in (alone.modified_ms, found.modified_ms):
            assert abs(modified_ms - before) < 60_000


async def test_delete_is_idempotent(store: BlobStore) -> None:
    key = await store.put(DIGEST, DATA)
    await store.delete(key)
    await store.delete(key)
    assert await store.stat(key) is None
    with pytest.raises(BlobUnknown):
        await read(store, key)


async def test_gone_is_known_before_the_first_bytes(store: BlobStore) -> None:
    key = await store.put(DIGEST, DATA)
    await store.delete(key)
    with pytest.raises(BlobUnknown):
        await anext(store.read(key))


@pytest.mark.parametrize("key", NOT_KEYS)
async def test_what_is_no_key_reaches_nothing(store: BlobStore, key: str) -> None:
    assert await store.stat(key) is None
    path = store.path(key)
    assert path is None or not Path(path).exists()
    with pytest.raises(BlobUnknown):
        await read(store, key)
    await store.delete(key)
    await store.quarantine(key)


async def test_path_is_the_file_itself(store: BlobStore) -> None:
    key = await store.put(DIGEST, DATA)
    path = store.path(key)
    assert path is None or Path(path).read_bytes() == DATA


async def test_link_serves_anyone_the_bytes(store: BlobStore) -> None:
    key = await store.put(DIGEST, DATA)
    link = await store.link(key, 60)
    assert (link is None) or (await _fetch(link) == DATA)


async def test_quarantine_hides_and_keeps(harness: Harness) -> None:
    key = await harness.store.put(DIGEST, DATA)
    other = await harness.store.put(DIGEST, DATA)
    await harness.store.quarantine(key)
    assert await harness.store.stat(key) is None
    with pytest.raises(BlobUnknown):
        await read(harness.store, key)
    assert [found.key async for found in harness.store.objects()] == [other]
    await harness.store.delete(other)
    left = await harness.leftovers()
    assert len(left) == 1
    await harness.remove(left[0])
    await harness.store.quarantine(key)


async def _fetch(link: str) -> bytes:
    async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(link) as answer:
        return await answer.read()


async def test_a_store_that_works_says_so(store: BlobStore) -> None:
    await store.check()
