"""Bytes that leave the registry for a layout: verified on the way, written once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from charthouse.model.digests import Digest, algorithm_of, hex_of
from charthouse.model.errors import DigestInvalid
from charthouse.ports.hashing import HasherFactory
from charthouse.ports.layouts import LayoutReader, LayoutWriter


class VerifiedCopy:
    """Copies content by its digest."""

    def __init__(self, make_hasher: HasherFactory) -> None:
        self._make_hasher = make_hasher

    async def put(
        self,
        layout: LayoutWriter,
        name: str,
        digest: Digest,
        size: int,
        body: AsyncIterator[bytes],
        place: str,
    ) -> bool:
        """See that ``layout`` holds this content under ``name``; returns whether it had to be written.

        What is there already is read again. Raises DigestInvalid, naming ``place``, for bytes that are damaged.
        """
        if await layout.size(name) == size and await self._holds(layout, name, digest):
            return False
        await layout.write(name, size, self._verified(digest, body, place))
        return True

    async def _holds(self, layout: LayoutReader, name: str, digest: Digest) -> bool:
        try:
            async for _ in self._verified(digest, layout.read(name), "the layout"):
                pass
        except DigestInvalid:
            return False
        return True

    async def _verified(self, digest: Digest, body: AsyncIterator[bytes], place: str) -> AsyncIterator[bytes]:
        """Yield ``body``; raises DigestInvalid at its end when it does not have ``digest``."""
        hasher = self._make_hasher(algorithm_of(digest), None)
        async for part in body:
            hasher.update(part)
            yield part
        if hasher.hexdigest() != hex_of(digest):
            raise DigestInvalid(f"the bytes of {digest} in {place} are damaged: see charthouse scrub --help")
