"""Where the plain text of an index is kept as a file, so that it is made once for all who read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec


class Part(msgspec.Struct, frozen=True, gc=False):
    """A part of a file: ``key`` is a strong hash of its ``size`` bytes, which ``read`` returns."""

    key: bytes
    size: int
    read: Callable[[], bytes]


class IndexFiles(Protocol):
    """Files that can be made again at any time. No method raises for want of room, or of a disk."""

    def path(self, name: str, size: int) -> str | None:
        """Return the file called ``name`` when it is there and whole, else None. It stays for some seconds at least."""

    async def make(self, name: str, parts: Callable[[], Sequence[Part]], like: str) -> str | None:
        """Make a file of parts, and return it; None when that cannot be done now.

        Parts that the last file made with the same ``like`` has as well are copied from it.
        """
