"""A process of its own for tests that watch or kill one: ``python -m … KIND ROOT``."""

from __future__ import annotations

import asyncio
import os
import sys

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import digest_of
from charthouse.model.errors import StorageFull
from charthouse.ports.blobs import BlobStore

DATA = os.urandom(50_000)


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


async def put(store: BlobStore) -> None:
    await store.put(digest_of(DATA), DATA)


async def stream(store: BlobStore) -> None:
    writer = await store.begin("upload")
    await writer.append(DATA, make_hasher("sha256"))
    await writer.commit(digest_of(DATA))


async def chunks(store: BlobStore) -> None:
    hasher = make_hasher("sha256")
    writer = await store.begin("upload")
    await writer.append(DATA, hasher)
    state = await writer.suspend()
    writer = await store.resume("upload", state, len(DATA))
    await writer.append(DATA, hasher)
    await writer.commit(digest_of(DATA * 2))


async def hold(store: BlobStore) -> None:
    writer = await store.begin("upload")
    await writer.append(bytes(20), make_hasher("sha256"))
    say("holding")
    await asyncio.sleep(60)


async def fill(store: BlobStore) -> None:
    """Fill a disk of 4 MiB by a stream and by a put, then see that it works again."""
    writer = await store.begin("upload")
    hasher = make_hasher("sha256")
    try:
        for _ in range(100):
            await writer.append(bytes(100_000), hasher)
    except StorageFull:
        say("StorageFull")
        await writer.abort()
    try:
        await store.put(digest_of(b""), bytes(5_000_000))
    except StorageFull:
        say("StorageFull")
    await put(store)


async def main(kind: str, root: str) -> None:
    store = blob_store_from("LocalStorage", {"storage_path": root})
    await store.open()
    kinds = {"put": put, "stream": stream, "chunks": chunks, "hold": hold, "fill": fill}
    if kind in kinds:
        await kinds[kind](store)
    say("acknowledged")
    if kind == "fill":
        say(f"{len([found async for found in store.uploads()])} uploads")
    await store.close()


asyncio.run(main(*sys.argv[1:]))
