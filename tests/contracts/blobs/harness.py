"""What the suite knows of an engine beyond its port: a second worker, and what truly lies in the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.ports.blobs import BlobStore
from tests.support.memory_blobs import MemoryBlobs


class Harness(Protocol):
    """One engine over an empty place."""

    store: BlobStore
    peer: BlobStore
    """The same place, opened by another worker."""

    async def leftovers(self) -> list[str]:
        """Name everything that lies in the place, whatever it is."""

    async def remove(self, name: str) -> None:
        """Remove one of them, past the engine."""


class FilesystemHarness:
    def __init__(self, root: Path) -> None:
        self._root = root
        self.store = blob_store_from("LocalStorage", {"storage_path": str(root)})
        self.peer = blob_store_from("LocalStorage", {"storage_path": str(root)})

    async def leftovers(self) -> list[str]:
        return [str(path.relative_to(self._root)) for path in self._root.rglob("*") if not path.is_dir()]

    async def remove(self, name: str) -> None:
        (self._root / name).unlink()


class MemoryHarness:
    def __init__(self) -> None:
        self._memory = MemoryBlobs()
        self.store: BlobStore = self._memory
        self.peer: BlobStore = self._memory

    async def leftovers(self) -> list[str]:
        return [*self._memory.committed, *self._memory.unfinished, *self._memory.quarantined]

    async def remove(self, name: str) -> None:
        self._memory.quarantined.pop(name)


@asynccontextmanager
async def opened(harness: Harness) -> AsyncIterator[Harness]:
    """Open both workers; at the end drop what the port can list, and fail if anything is left."""
    await harness.store.open()
    await harness.peer.open()
    yield harness
    async for item in harness.store.objects():
        await harness.store.delete(item.key)
    async for item in harness.store.uploads():
        await harness.store.discard(item.key, b"")
    left = await harness.leftovers()
    await harness.store.close()
    await harness.peer.close()
    assert left == []
