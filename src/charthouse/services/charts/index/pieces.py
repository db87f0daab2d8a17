"""Text that is kept compressed only, and joined: as it was, or as one gzip file, without compressing it again.

A piece is raw deflate that ends with a full flush, so it refers to nothing outside and others can follow it. A
gzip member's checksum is made from those of its pieces. Sources: RFC 1951 § 3.2.4, RFC 1952.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator

import msgspec
from zlib_ng import zlib_ng

_LEVEL = 6
_RAW = -15
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Without name and time, so that the same content has the same bytes."""
_END_OF_DEFLATE = b"\x03\x00"


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A piece of text: ``size`` bytes when it is plain, ``crc`` its CRC-32, ``key`` a strong hash of it."""

    deflated: bytes
    size: int
    crc: int
    key: bytes

    def plain(self) -> bytes:
        """Return the text."""
        return zlib_ng.decompressobj(_RAW).decompress(self.deflated)


def piece_of(text: bytes) -> Piece:
    """Compress a text."""
    squeezer = zlib_ng.compressobj(_LEVEL, zlib_ng.DEFLATED, _RAW)
    deflated = squeezer.compress(text) + squeezer.flush(zlib_ng.Z_FULL_FLUSH)
    return Piece(deflated, len(text), zlib_ng.crc32(text), hashlib.blake2b(text, digest_size=16).digest())


def plain_parts(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the texts of pieces, one at a time."""
    return (piece.plain() for piece in pieces)


def gzip_parts(pieces: Iterable[Piece]) -> list[bytes]:
    """Return what is, joined, one gzip member of the pieces' texts."""
    parts, crc, size = [_HEAD], 0, 0
    for piece in pieces:
        parts.append(piece.deflated)
        crc = zlib_ng.crc32_combine(crc, piece.crc, piece.size)
        size += piece.size
    return [*parts, _END_OF_DEFLATE + struct.pack("<II", crc, size & 0xFFFFFFFF)]
