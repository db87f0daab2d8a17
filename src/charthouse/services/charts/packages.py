"""Packages from the blob store to the sandbox, and what it read of them."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.model.errors import BlobUnknown
from charthouse.ports.sandbox import Crashed, Sandbox
from charthouse.services.registry.caches import CachedBlob
from charthouse.services.registry.contents import BlobContents

from .readings import PackageReading, PackageRequest

_LARGE = 8 * 1024**2
"""Bytes of a package from which on they are fetched one at a time: they pass through this process's memory."""
_AT_ONCE = 8
"""Smaller ones that are fetched at once."""
_LARGEST_PROVENANCE = 1024**2

_decoder = msgspec.msgpack.Decoder(PackageReading)


class Packages:
    """Has packages read. ``seconds``: how long one may take."""

    def __init__(self, sandbox: Sandbox, contents: BlobContents, seconds: float) -> None:
        self._sandbox = sandbox
        self._contents = contents
        self._seconds = seconds
        self._small, self._large = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(1)

    async def read(
        self, package: CachedBlob, provenance: CachedBlob | None, created_ms: int, *, lint: bool = False
    ) -> PackageReading:
        """Return what a package says; raises OverBudget, Crashed, BlobUnknown or Unavailable."""
        request = PackageRequest(
            provenance=await self._provenance(provenance), created_ms=created_ms, lint=lint
        )
        path = await self._contents.file(package)
        if path is not None:
            return await self._asked(msgspec.structs.replace(request, path=path))
        async with self._small if package.row.size < _LARGE else self._large:
            return await self._asked(msgspec.structs.replace(request, package=await self._bytes(package)))

    async def read_bytes(
        self, package: bytes, provenance: bytes | None, created_ms: int, *, lint: bool = False
    ) -> PackageReading:
        """Return what a package says that is not stored; raises OverBudget and Crashed."""
        request = PackageRequest(package=package, provenance=provenance, created_ms=created_ms, lint=lint)
        return await self._asked(request)

    async def _asked(self, request: PackageRequest) -> PackageReading:
        answer = await self._sandbox.run(msgspec.msgpack.encode(request), self._seconds)
        try:
            return _decoder.decode(answer)
        except msgspec.DecodeError as error:
            raise Crashed(f"the answer is none: {error}") from None

    async def _provenance(self, entry: CachedBlob | None) -> bytes | None:
        """Return the bytes of a provenance; what is too large for one is cut, and matches nothing."""
        if entry is None:
            return None
        return await self._bytes(entry, _LARGEST_PROVENANCE)

    async def _bytes(self, entry: CachedBlob, most: int | None = None) -> bytes:
        size = min(entry.row.size, most or entry.row.size)
        content = bytearray()
        async for part in await self._contents.stream(entry, 0, size):
            content += part
        if len(content) != size:
            raise BlobUnknown(f"{entry.row.digest} has {len(content)} bytes in the store, not {size}")
        return bytes(content)
