"""What the suite knows of an engine beyond its port: a second worker, and what truly lies in the store."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.blobs.s3 import s3_blobs
from charthouse.engines.blobs.s3_arguments import GoogleCloudStorage
from charthouse.ports.blobs import BlobStore
from tests.support import azurite, versitygw
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


class S3Harness:
    """A bucket of versitygw: a directory, whose unfinished uploads are in a directory of their own."""

    def __init__(
        self, server: versitygw.S3Server, make: Callable[[versitygw.S3Server, str], BlobStore]
    ) -> None:
        bucket = f"test-{uuid.uuid4()}"
        self._directory = server.directory / bucket
        self._directory.mkdir()
        self.store = make(server, bucket)
        self.peer = make(server, bucket)

    async def leftovers(self) -> list[str]:
        found = [path.relative_to(self._directory) for path in self._directory.rglob("*")]
        return [str(path) for path in found if not (self._directory / path).is_dir() or len(path.parts) == 4]

    async def remove(self, name: str) -> None:
        (self._directory / name).unlink()


class AzureHarness:
    """A container of azurite, listed with the blobs that have only uncommitted blocks."""

    def __init__(self, server: azurite.AzureServer) -> None:
        self._server = server
        self._container = f"test-{uuid.uuid4()}"
        azurite.request(server, "PUT", self._container, {"restype": "container"})
        arguments = {
            "storage_path": "/registry",
            "azure_container": self._container,
            "azure_account_name": azurite.ACCOUNT,
            "azure_account_key": azurite.KEY,
            "endpoint_url": server.url,
        }
        self.store = blob_store_from("AzureStorage", arguments)
        self.peer = blob_store_from("AzureStorage", arguments)

    async def leftovers(self) -> list[str]:
        query = {"restype": "container", "comp": "list", "include": "uncommittedblobs"}
        listed = azurite.request(self._server, "GET", self._container, query)
        return re.findall(r"<Name>(.*?)</Name>", listed.decode())

    async def remove(self, name: str) -> None:
        azurite.request(self._server, "DELETE", f"{self._container}/{name}", {})


def amazon(server: versitygw.S3Server, bucket: str) -> BlobStore:
    """Make the engine as an operator would for a store that is not Amazon's own."""
    arguments: dict[str, Any] = {
        "storage_path": "/registry/blobs",
        "s3_bucket": bucket,
        "s3_access_key": versitygw.ACCESS_KEY,
        "s3_secret_key": versitygw.SECRET_KEY,
        "endpoint_url": server.url,
    }
    return blob_store_from("S3Storage", arguments)


def google(server: versitygw.S3Server, bucket: str) -> BlobStore:
    """Make Google's engine, which has one address only, on versitygw."""
    arguments = GoogleCloudStorage(
        storage_path="", access_key=versitygw.ACCESS_KEY, secret_key=versitygw.SECRET_KEY, bucket_name=bucket
    )
    return s3_blobs(msgspec.structs.replace(arguments.place(), endpoint=server.url))


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
