"""The bytes of blobs that a caller has already been allowed to read."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

from charthouse.model.errors import BlobUnknown
from charthouse.ports.blobs import BlobStore

from .caches import CachedBlob

LINK_SECONDS = 60


class BlobContents:
    """Finds the fastest way to a blob's bytes: a file, a redirect to the object store, or a stream."""

    def __init__(self, store: BlobStore, redirect: bool) -> None:
        self._store = store
        self._redirect = redirect

    async def redirect(self, entry: CachedBlob) -> str | None:
        """Return an address in the object store that ends within a minute, or None to send it ourselves."""
        if not self._redirect:
            return None
        return await self._store.link(entry.row.key, LINK_SECONDS)

    async def file(self, entry: CachedBlob) -> str | None:
        """Return the file to send, None when the engine has none.

        A file that vanished or changed its length is no blob any more: raises BlobUnknown, so that clients push
        the same bytes again, which repairs it. Nothing is written down: its disk may be back in a moment.
        """
        path = self._store.path(entry.row.key)
        if path is None:
            return None
        try:
            size = os.stat(path).st_size  # noqa: PTH116 -- the hot path; a local stat takes a microsecond
        except OSError:
            stored = await self._store.stat(entry.row.key)  # Unavailable when more than this file is away
            size = stored.size if stored else -1
        if size != entry.row.size:
            raise BlobUnknown(
                f"the bytes of {entry.row.digest} are damaged in this registry's storage: push them again",
                {"digest": entry.row.digest},
            )
        return path

    async def stream(self, entry: CachedBlob, start: int, stop: int) -> AsyncIterator[bytes]:
        """Return the bytes from ``start`` up to ``stop``; errors come now, not with the bytes."""
        await self.file(entry)
        stream = self._store.read(entry.row.key, start, stop)
        if start == stop:
            return stream
        first = await anext(stream)
        return _chain(first, stream)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part
