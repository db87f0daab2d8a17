"""One index as one caller sees it: which repositories, which ETag, in which pieces."""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
from collections.abc import Iterator, Sequence

import msgspec

from charthouse.model.names import RepositoryName

from .pieces import Piece, gzip_parts, piece_of, plain_parts
from .repositories import NEVER, RepositoryIndex

_FORMAT = b"charthouse index 1"
"""Changes with every change of how an index is written, so that no client keeps the former one."""

_BEGIN = b"apiVersion: v1\n"


class Member(msgspec.Struct, frozen=True):
    """A repository whose charts an index lists."""

    repository: RepositoryName
    index: RepositoryIndex


class LevelIndex:
    """The index of the repositories that a caller may read, at one moment.

    Whoever may read the same ones has the same ETag and the same bytes, whichever process is asked.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        """``members`` by name."""
        self.members = tuple(members)
        self.key = _key(self.members)
        """A strong hash of what the index is made of, in hexadecimal digits."""
        self.expires_ms = min((member.index.expires_ms for member in self.members), default=NEVER)

    @functools.cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the pieces that it consists of."""
        return tuple(_pieces(self.members))

    @functools.cached_property
    def size(self) -> int:
        """Return the length of the plain text in bytes."""
        return sum(piece.size for piece in self.pieces)

    def plain(self) -> Iterator[bytes]:
        """Yield the text in parts of some ten kilobytes."""
        return plain_parts(self.pieces)

    @functools.cached_property
    def _zipped(self) -> list[bytes]:
        return gzip_parts(self.pieces)

    @functools.cached_property
    def gzip_size(self) -> int:
        """Return the length of the gzip file."""
        return sum(map(len, self._zipped))

    def gzip(self) -> bytes:
        """Return the text as a gzip file, joined from what is kept."""
        return b"".join(self._zipped)


def _key(members: Sequence[Member]) -> str:
    listed = [
        (member.index.repository_id, member.repository, member.index.stamp, member.index.expired_ms)
        for member in members
    ]
    return hashlib.blake2b(msgspec.msgpack.encode(listed), digest_size=20, key=_FORMAT).hexdigest()


def _pieces(members: Sequence[Member]) -> Iterator[Piece]:
    with_entries = [member for member in members if member.index.leaves]
    yield _small(_BEGIN + (b"entries:\n" if with_entries else b"entries: {}\n"))
    for member in with_entries:
        name = member.repository.rpartition("/")[2]
        yield _small(f"  {json.dumps(name)}:\n".encode())
        for leaf in member.index.leaves:
            yield leaf.piece
    newest = max((member.index.stamp for member in members), default=0)
    yield piece_of(f"generated: {_time(newest)}\nserverInfo:\n  contextPath: /charts\n".encode())


def _time(stamp: int) -> str:
    """Return a stamp, which is when its repository changed last, in milliseconds, as the index says it."""
    when = datetime.datetime.fromtimestamp(stamp / 1000, datetime.UTC)
    return f'"{when.isoformat(timespec="milliseconds").replace("+00:00", "Z")}"'


_small = functools.lru_cache(4096)(piece_of)
"""Pieces that come again and again: names of charts."""
