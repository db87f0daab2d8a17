"""What a vendor's object store offers beyond obstore: objects that come in by many requests, part by part.

Every name here is the full name of an object within its bucket. The methods block, so they run in threads.
Errors: Missing where it says so; else StorageFull and Unavailable, with a text that may reach a client.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import FileIO
from typing import NamedTuple, Protocol

MIB = 1024 * 1024
FIRST_PART = 16 * MIB
"""Bytes of the first parts, unless a store wants larger ones."""


class Missing(Exception):
    """The object or the multipart upload is not there, or its parts are no longer those that were sent."""


class Unfinished(NamedTuple):
    """A multipart upload as the store lists it. ``size`` in bytes, ``started_ms`` since the epoch."""

    name: str
    token: str
    size: int
    started_ms: int


class Parts(Protocol):
    """The calls of one vendor. ``file`` is at its start and holds exactly what is to be sent."""

    def store(self, name: str, file: FileIO, size: int) -> None:
        """Store a whole object."""

    def start(self, name: str) -> str:
        """Begin an object of several parts; returns the token that the other calls want."""

    def send(self, name: str, token: str, number: int, file: FileIO, size: int) -> str:
        """Send part ``number`` (from 1); returns the tag that stands for these very bytes."""

    def complete(self, name: str, token: str, tags: list[str]) -> None:
        """Make the object of the parts, durable on return; raises Missing, also when a tag is not the part's."""

    def exists(self, name: str, token: str) -> bool:
        """Tell whether parts can still be sent."""

    def abort(self, name: str, token: str) -> None:
        """Drop the parts; never touches an object that was completed. Quiet when there are none."""

    def delete(self, name: str) -> None:
        """Remove an object; quiet when it is not there. (obstore only deletes in bulk, which not all stores do.)"""

    def close(self) -> None:
        """Close the connections."""

    def unfinished(self, prefix: str) -> Iterator[Unfinished]:
        """Yield what was started under ``prefix`` and neither completed nor aborted."""


def part_size(number: int, first: int) -> int:
    """Return the bytes of part ``number`` (from 1): ``first`` bytes, doubling every 1,000 parts.

    S3 takes 10,000 parts: from 16 MiB on they hold more than its largest object (5 TiB).
    """
    return first << (number - 1) // 1000


def parts_bytes(count: int, first: int) -> int:
    """Return the bytes of the first ``count`` parts together."""
    thousands, rest = divmod(count, 1000)
    return first * 1000 * ((1 << thousands) - 1) + rest * (first << thousands)
