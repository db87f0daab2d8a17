"""A gzip stream read piece by piece: what a small input may grow to is decided by who reads, never by the input."""

from __future__ import annotations

import hashlib
import zlib
from typing import BinaryIO

from .errors import ChartInvalid

_PIECE = 64 * 1024
_MOST_MEMBERS = 10_000  # parallel compressors write many; each costs us a start
_GZIP = b"\x1f\x8b"


class Gunzip:
    """Reads a gzip stream of one or more members, and hashes it on the way.

    Raises ChartInvalid when the stream is no gzip, damaged, cut, followed by something else, or longer than
    ``package`` bytes before or ``most`` bytes after it is unpacked.
    """

    def __init__(self, source: BinaryIO, package: int, most: int) -> None:
        self._source = source
        self._package = package
        self._most = most
        self._hash = hashlib.sha256()
        self._unpacker = zlib.decompressobj(wbits=31)
        self._members = 1
        self._input = b""
        self._piece = b""
        self._at = 0
        self.size = 0
        self.unpacked = 0
        self._begin()

    @property
    def digest(self) -> str:
        """Return the digest of the packed bytes; it is whole when everything has been read."""
        return f"sha256:{self._hash.hexdigest()}"

    @property
    def position(self) -> int:
        """Return how many unpacked bytes have been read or passed over."""
        return self.unpacked - len(self._piece) + self._at

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, or fewer at the end."""
        if self._at + size <= len(self._piece):
            start, self._at = self._at, self._at + size
            return self._piece[start : self._at]
        parts = [self._piece[self._at :]]
        missing = size - len(parts[0])
        while missing > 0 and self._fill():
            parts.append(self._piece[:missing])
            self._at = len(parts[-1])
            missing -= self._at
        if missing > 0:
            self._at = len(self._piece)
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes; returns how many there were."""
        left = size
        while left > 0:
            here = min(left, len(self._piece) - self._at)
            self._at += here
            left -= here
            if left > 0 and not self._fill():
                break
        return size - left

    def _begin(self) -> None:
        """Read the first bytes and refuse what is no gzip at all."""
        self._input = self._next_input()
        if not self._input:
            raise ChartInvalid("gzip", "is empty; send the package that `helm package` writes")
        if not self._input.startswith(_GZIP):
            raise ChartInvalid(
                "gzip", f"is {_kind(self._input)}, not a gzip archive; make it by `helm package`"
            )

    def _fill(self) -> bool:
        """Unpack the next piece; returns False at the end."""
        while True:
            if self._unpacker.eof and not self._next_member():
                return False
            packed = self._input or self._next_input()
            try:
                piece = self._unpacker.decompress(packed, _PIECE)
            except zlib.error as error:
                raise ChartInvalid("gzip", f"is a damaged gzip archive ({error}); send it again") from None
            self._input = self._unpacker.unconsumed_tail
            if piece:
                self.unpacked += len(piece)
                if self.unpacked > self._most:
                    problem = f"unpacks to more than {self._most} bytes; a chart holds templates, no data"
                    raise ChartInvalid("unpacked-size", problem)
                self._piece, self._at = piece, 0
                return True
            if not packed and not self._unpacker.eof:
                raise ChartInvalid("gzip-cut", "is cut: its gzip stream ends before its end; send it again")

    def _next_member(self) -> bool:
        """Go on with the next member when there is one; zeros that fill a block are no content."""
        rest = self._unpacker.unused_data or self._next_input()
        while rest and not rest.strip(b"\0"):
            rest = self._next_input()
        if not rest:
            return False
        if not rest.startswith(_GZIP):
            raise ChartInvalid(
                "gzip-trailing", "is followed by bytes that are no gzip; send the package only"
            )
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise ChartInvalid(
                "gzip", f"has more than {_MOST_MEMBERS} gzip members; make it by `helm package`"
            )
        self._unpacker = zlib.decompressobj(wbits=31)
        self._input = rest
        return True

    def _next_input(self) -> bytes:
        piece = self._source.read(_PIECE)
        self._hash.update(piece)
        self.size += len(piece)
        if self.size > self._package:
            raise ChartInvalid("package-size", f"is larger than {self._package} bytes")
        return piece


def _kind(head: bytes) -> str:
    """Return what the first bytes look like."""
    known = {
        b"PK\x03\x04": "a ZIP archive",
        b"BZh": "bzip2",
        b"\xfd7zXZ": "xz",
        b"\x28\xb5\x2f\xfd": "Zstandard",
    }
    for magic, name in known.items():
        if head.startswith(magic):
            return name
    if head[257:262] == b"ustar":
        return "an uncompressed tar archive"
    if head.startswith((b"apiVersion:", b"---", b"name:")):
        return "YAML"
    return "something else"
