"""A process of its own that pushes several blobs at once: ``python -m … ENGINE ARGUMENTS COUNT MEBIBYTES``.

Prints the resident memory before the engine was made, after it was opened, and at its peak (bytes).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import Digest
from charthouse.ports.blobs import BlobStore

MIB = 1024 * 1024


def resident(field: str = "VmRSS") -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0]) * 1024


async def push(store: BlobStore, number: int, mebibytes: int) -> None:
    piece = os.urandom(MIB)
    hasher = make_hasher("sha256")
    writer = await store.begin(f"upload-{number}")
    for _ in range(mebibytes):
        await writer.append(piece, hasher)
    key = await writer.commit(Digest(f"sha256:{hasher.hexdigest()}"))
    again = make_hasher("sha256")
    async for data in store.read(key):
        again.update(data)
    assert again.hexdigest() == hasher.hexdigest()
    await store.delete(key)


async def main(engine: str, arguments: str, count: str, mebibytes: str) -> None:
    before = resident()
    store = blob_store_from(engine, json.loads(arguments))
    await store.open()
    opened = resident()
    await asyncio.gather(*(push(store, number, int(mebibytes)) for number in range(int(count))))
    await store.close()
    sys.stdout.write(json.dumps({"before": before, "opened": opened, "peak": resident("VmHWM")}))


asyncio.run(main(*sys.argv[1:]))
