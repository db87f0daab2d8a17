"""Memory stays flat, whatever the blob's size."""

from __future__ import annotations

import os
from pathlib import Path

from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.digests import Digest
from charthouse.ports.blobs import BlobStore

MIB = 1024 * 1024


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_a_large_blob_in_and_out(real_store: BlobStore) -> None:
    piece = os.urandom(MIB)
    hasher = make_hasher("sha256")
    writer = await real_store.begin("large")
    await writer.append(piece, hasher)
    before = resident()
    for _ in range(255):
        await writer.append(piece, hasher)
        assert resident() - before < 48 * MIB
    digest = Digest(f"sha256:{hasher.hexdigest()}")
    key = await writer.commit(digest)
    again = make_hasher("sha256")
    async for data in real_store.read(key):
        again.update(data)
        assert resident() - before < 48 * MIB
    assert again.hexdigest() == hasher.hexdigest()
