"""Uploads: appending, suspending and resuming by any worker, committing, giving up."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import pytest

from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import Digest, digest_of
from charthouse.model.errors import UploadConflict, UploadUnknown
from charthouse.ports.blobs import BlobStore, BlobWriter
from charthouse.ports.hashing import Hasher

from .harness import Harness
from .test_objects import read

PIECE = os.urandom(300_000)
UPLOAD = "0b4cf7ee-9d51-4b0f-8c3a-1f2e3d4c5b6a"


def digest(hasher: Hasher) -> Digest:
    return Digest(f"{hasher.algorithm}:{hasher.hexdigest()}")


async def send(writer: BlobWriter, *pieces: bytes) -> Hasher:
    hasher = make_hasher("sha256")
    for piece in pieces:
        await writer.append(piece, hasher)
    return hasher


async def sent(writer: BlobWriter, *pieces: bytes) -> BlobWriter:
    await send(writer, *pieces)
    return writer


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_one_streamed_upload(store: BlobStore, algorithm: str) -> None:
    hasher = make_hasher(algorithm)
    writer = await store.begin(UPLOAD)
    for _ in range(3):
        await writer.append(PIECE, hasher)
    assert digest(hasher) == digest_of(PIECE * 3, algorithm)
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == PIECE * 3
    assert [found async for found in store.uploads()] == []
    with pytest.raises(UploadUnknown):
        await store.resume(UPLOAD, b"", 0)


async def test_no_bytes_at_all(store: BlobStore) -> None:
    writer = await store.begin(UPLOAD)
    key = await writer.commit(digest_of(b""))
    assert await read(store, key) == b""


async def test_several_mebibytes(store: BlobStore) -> None:
    pieces = [os.urandom(5 * 1024 * 1024 + number) for number in range(3)]
    writer = await store.begin(UPLOAD)
    hasher = await send(writer, *pieces)
    key = await writer.commit(digest(hasher))
    assert digest_of(await read(store, key)) == digest(hasher) == digest_of(b"".join(pieces))


async def test_the_buffer_is_the_callers_again(store: BlobStore) -> None:
    buffer = bytearray(PIECE)
    hasher = make_hasher("sha256")
    writer = await store.begin(UPLOAD)
    await writer.append(memoryview(buffer)[:1000], hasher)
    buffer[:] = bytes(len(buffer))
    await writer.append(memoryview(PIECE)[1000:], hasher)
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == PIECE


@pytest.mark.parametrize("chunk", [1, 1000, 20 * 1024 * 1024])
async def test_chunks_by_different_workers(store: BlobStore, peer: BlobStore, chunk: int) -> None:
    chunks = [os.urandom(chunk) for _ in range(4)]
    hasher = make_hasher("sha256")
    writer = await store.begin(UPLOAD)
    state = await writer.suspend()
    for number, data in enumerate(chunks):
        worker = (peer, store)[number % 2]
        writer = await worker.resume(UPLOAD, state, number * chunk)
        await writer.append(data, hasher)
        if number < len(chunks) - 1:
            state = await writer.suspend()
            assert isinstance(state, bytes)
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == b"".join(chunks)


async def test_committing_in_a_request_of_its_own(store: BlobStore, peer: BlobStore) -> None:
    writer = await store.begin(UPLOAD)
    hasher = await send(writer, PIECE)
    state = await writer.suspend()
    writer = await peer.resume(UPLOAD, state, len(PIECE))
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == PIECE


@pytest.mark.parametrize("size", [100, 20 * 1024 * 1024])
async def test_what_was_not_acknowledged_is_cut_off(store: BlobStore, peer: BlobStore, size: int) -> None:
    first, lost, again = (os.urandom(size) for _ in range(3))
    writer = await store.begin(UPLOAD)
    hasher = await send(writer, first)
    state = await writer.suspend()
    writer = await peer.resume(UPLOAD, state, size)
    await send(writer, lost)
    await writer.suspend()  # the answer with this state never reached the metadata store
    writer = await store.resume(UPLOAD, state, size)
    await writer.append(again, hasher)
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == first + again


async def test_resuming_beyond_what_is_there(store: BlobStore) -> None:
    writer = await store.begin(UPLOAD)
    await send(writer, PIECE)
    state = await writer.suspend()
    with pytest.raises(UploadUnknown):
        await store.resume(UPLOAD, state, len(PIECE) + 1)
    await store.discard(UPLOAD, state)


@pytest.mark.parametrize("upload_id", ["never-begun", "", ".", "..", "../blobs", "a/b", "\0", "x" * 300])
async def test_an_unknown_upload(store: BlobStore, upload_id: str) -> None:
    with pytest.raises(UploadUnknown):
        await store.resume(upload_id, b"", 0)
    await store.discard(upload_id, b"")


async def test_two_uploads_of_one_digest(store: BlobStore) -> None:
    keys = []
    for upload_id in ("first", "second"):
        writer = await store.begin(upload_id)
        keys.append(await writer.commit(digest(await send(writer, PIECE))))
    assert len(set(keys)) == 2
    await store.delete(keys[0])
    assert await read(store, keys[1]) == PIECE


async def test_abort_leaves_nothing(harness: Harness) -> None:
    writer = await harness.store.begin(UPLOAD)
    await send(writer, PIECE)
    await writer.abort()
    assert await harness.leftovers() == []
    with pytest.raises(UploadUnknown):
        await harness.store.resume(UPLOAD, b"", 0)


async def test_abort_of_a_resumed_upload_leaves_nothing(harness: Harness) -> None:
    writer = await harness.store.begin(UPLOAD)
    await send(writer, PIECE)
    state = await writer.suspend()
    writer = await harness.peer.resume(UPLOAD, state, len(PIECE))
    await writer.abort()
    assert await harness.leftovers() == []


async def test_discard_leaves_nothing(harness: Harness) -> None:
    writer = await harness.store.begin(UPLOAD)
    await send(writer, PIECE)
    state = await writer.suspend()
    assert [found async for found in harness.store.objects()] == []
    [found] = [found async for found in harness.store.uploads()]
    assert found.key == UPLOAD
    assert found.size == len(PIECE)
    await harness.peer.discard(UPLOAD, state)
    await harness.peer.discard(UPLOAD, state)
    assert await harness.leftovers() == []
    with pytest.raises(UploadUnknown):
        await harness.store.resume(UPLOAD, state, len(PIECE))


async def test_discarded_while_written(harness: Harness) -> None:
    """Cancelled beside the request that ends it: whole, or not at all."""
    writer = await harness.store.begin(UPLOAD)
    hasher = await send(writer, PIECE)
    await harness.peer.discard(UPLOAD, b"")
    try:
        key = await writer.commit(digest(hasher))
    except UploadUnknown:
        await writer.abort()
    else:
        assert await read(harness.store, key) == PIECE
        await harness.store.delete(key)
    assert await harness.leftovers() == []


async def test_nothing_is_seen_before_commit(store: BlobStore) -> None:
    writer = await store.begin(UPLOAD)
    hasher = await send(writer, PIECE)
    assert [found async for found in store.objects()] == []
    key = await writer.commit(digest(hasher))
    assert [found.key async for found in store.objects()] == [key]


async def test_many_uploads_at_once(store: BlobStore) -> None:
    async def upload(number: int) -> tuple[str, bytes]:
        pieces = [os.urandom(100_000) for _ in range(5)]
        writer = await store.begin(f"upload-{number}")
        return await writer.commit(digest(await send(writer, *pieces))), b"".join(pieces)

    for key, data in await asyncio.gather(*(upload(number) for number in range(8))):
        assert await read(store, key) == data


async def test_a_cancelled_append(harness: Harness) -> None:
    writer = await harness.store.begin(UPLOAD)
    buffer = bytearray(4 * 1024 * 1024)
    appending = asyncio.create_task(writer.append(buffer, make_hasher("sha256")))
    await asyncio.sleep(0)
    appending.cancel()
    await asyncio.gather(appending, return_exceptions=True)
    buffer.extend(b"no thread holds this buffer any more")
    await writer.abort()
    assert await harness.leftovers() == []


async def test_beginning_again_after_a_crash(store: BlobStore, peer: BlobStore) -> None:
    writer = await store.begin(UPLOAD)
    await send(writer, PIECE)
    await writer.suspend()  # the state was lost: for the metadata store this upload has no bytes yet
    writer = await peer.begin(UPLOAD)
    key = await writer.commit(digest(await send(writer, PIECE[:1000])))
    assert await read(store, key) == PIECE[:1000]


@pytest.mark.parametrize("size", [1000, 20 * 1024 * 1024])
async def test_two_requests_never_mix(store: BlobStore, peer: BlobStore, size: int) -> None:
    """The second is refused, or each that ends well has stored what it was sent."""
    first, *more = (os.urandom(size) for _ in range(3))
    writer = await store.begin(UPLOAD)
    state = await (await sent(writer, first)).suspend()
    writers = [await store.resume(UPLOAD, state, size)]
    with suppress(UploadConflict):
        writers.append(await peer.resume(UPLOAD, state, size))
    for writer, data in zip(writers, more, strict=False):
        await send(writer, data)
    ended = 0
    for writer, data in zip(writers, more, strict=False):
        try:
            key = await writer.commit(digest_of(first + data))
        except UploadUnknown:
            await writer.abort()
        else:
            ended += 1
            assert await read(store, key) == first + data
    assert ended or len(writers) == 2


async def test_a_lock_holds_across_workers(store: BlobStore, peer: BlobStore) -> None:
    """Where an engine locks, it does so for every worker, until the upload is suspended."""
    writer = await store.begin(UPLOAD)
    refused = 0
    for worker in (store, peer):
        try:
            await (await worker.begin(UPLOAD)).abort()
        except UploadConflict:
            refused += 1
    assert refused in (0, 2)
    hasher = await send(writer, PIECE)
    state = await writer.suspend()
    writer = await peer.resume(UPLOAD, state, len(PIECE))
    key = await writer.commit(digest(hasher))
    assert await read(store, key) == PIECE
