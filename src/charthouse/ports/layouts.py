"""OCI image layouts outside the registry: a directory or one tar file, addressed by the names of their files.

Source: OCI Image Specification 1.1, image-layout.md. A name is relative, with ``/`` between its parts; callers
build it from constants and parsed digests alone. All may raise InvalidRequest (what is wrong, and where) and
StorageFull.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class LayoutReader(Protocol):
    """A layout to read from."""

    async def open(self) -> None:
        """Find out what is there; raises InvalidRequest for what is no layout, or tries to be more than one."""

    async def close(self) -> None:
        """Let go of it."""

    async def size(self, name: str) -> int | None:
        """Return a file's size in bytes; None when it is not there."""

    def read(self, name: str) -> AsyncIterator[bytes]:
        """Yield a file's bytes; raises InvalidRequest before the first when it is not there."""


class LayoutWriter(LayoutReader, Protocol):
    """A layout to write to. What is there already can be read; an archive starts empty.

    A file is seen under its name only when it is whole. ``close`` without ``finish`` leaves no archive behind.
    """

    async def write(self, name: str, size: int, body: AsyncIterator[bytes]) -> None:
        """Write a file of ``size`` bytes; an error of ``body``, or another size, leaves no such file."""

    async def finish(self) -> None:
        """Make all that was written durable, and an archive visible."""
