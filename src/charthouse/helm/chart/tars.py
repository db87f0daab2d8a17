"""The entries of a tar archive, one after the other.

The standard library's ``tarfile`` reads extended headers whole into memory, guesses at damaged ones and follows links
and sparse maps. A chart has regular files in directories and nothing else, so this reads ustar, GNU's long names and
PAX paths and sizes (POSIX.1-2017 pax), and refuses the rest by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .errors import ChartInvalid
from .gunzip import Gunzip

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_LONGEST_HEADER = 1024 * 1024  # as Go's archive/tar
_MOST_PADDING = 1024 * 1024
_REFUSED = {
    b"1": ("archive-link", "is a hard link"),
    b"2": ("archive-link", "is a symbolic link"),
    b"3": ("archive-device", "is a character device"),
    b"4": ("archive-device", "is a block device"),
    b"6": ("archive-device", "is a named pipe"),
    b"S": ("archive-sparse", "is a sparse file"),
}


class Entry(NamedTuple):
    """A file or directory of an archive by the name it bears there."""

    name: str
    size: int
    directory: bool


def entries(stream: Gunzip, most: int) -> Iterator[Entry]:
    """Yield the files and directories of an archive; the caller reads none or all of an entry's bytes.

    Raises ChartInvalid for whatever is no regular file or directory, damaged headers, more than ``most`` entries,
    and content after the archive's end.
    """
    count = 0
    name, size = "", -1
    while header := _header(stream):
        count += 1
        if count > most:
            raise ChartInvalid("archive-files", f"holds more than {most} files")
        kind, length = header[156:157], _number(header[124:136], "size")
        if kind in b"xgLK":
            extended = _extended(stream, length)
            if kind == b"x":
                pax_name, size = _pax(extended)
                name = pax_name or name
            elif kind == b"L":
                name = _text(extended.rstrip(b"\0"))
            continue
        entry = _entry(header, kind, name, size if size >= 0 else length)
        name, size = "", -1
        before = stream.position
        yield entry
        _finish(stream, entry, before)
    _padding(stream)


def _header(stream: Gunzip) -> bytes | None:
    """Return the next header, or None at the archive's end."""
    block = stream.read(_BLOCK)
    if not block:
        return None
    if block == _ZEROS:
        second = stream.read(_BLOCK)
        if second and second != _ZEROS:
            raise ChartInvalid("archive", "is a damaged tar archive: it goes on after its end; make it anew")
        return None
    if len(block) < _BLOCK:
        raise ChartInvalid("archive", "is a damaged tar archive: its last header is cut; make it anew")
    expected = _number(block[148:156], "checksum")
    if sum(block) - sum(block[148:156]) + 8 * 0x20 != expected:
        raise ChartInvalid("archive", "is a damaged tar archive: a header's checksum is wrong; make it anew")
    return block


def _entry(header: bytes, kind: bytes, name: str, size: int) -> Entry:
    """Return the entry of a header."""
    name = name or _name(header)
    if kind in _REFUSED:
        rule, problem = _REFUSED[kind]
        raise ChartInvalid(rule, f"{problem}; a chart holds regular files only", name)
    directory = kind == b"5" or (kind in b"0\0" and name.endswith("/"))
    if not directory and kind not in (b"0", b"\0", b"7"):
        raise ChartInvalid(
            "archive", f"has the unknown type {kind!r}; a chart holds regular files only", name
        )
    if directory and size:
        raise ChartInvalid("archive", "is a directory with content", name)
    return Entry(name, size, directory)


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    if header[257:263] == b"ustar\0" and header[345]:
        name = header[345:500].partition(b"\0")[0] + b"/" + name
    return _text(name)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise ChartInvalid(
            "archive-name", "is a file name that is not UTF-8; rename it", repr(raw[:80])
        ) from None


def _number(field: bytes, what: str) -> int:
    """Read a number of a header: octal, or GNU's binary form."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
        if not field[0] & 0x40 and value < 2**63:
            return value
    else:
        digits = field.strip(b" \0")
        if not digits:
            return 0
        if not digits.strip(b"01234567"):
            return int(digits, 8)
    raise ChartInvalid("archive", f"is a damaged tar archive: a header's {what} is no number; make it anew")


def _extended(stream: Gunzip, length: int) -> bytes:
    """Return the content of an extended header."""
    if length > _LONGEST_HEADER:
        raise ChartInvalid("archive", f"has an extended header of {length} bytes; make it by `helm package`")
    content = stream.read(length)
    _skip(stream, length - len(content) + -length % _BLOCK)
    return content


def _pax(content: bytes) -> tuple[str, int]:
    """Return path and size of a PAX header: empty and -1 when it does not say."""
    name, size = "", -1
    at = 0
    while at < len(content):
        digits, space, _ = content[at : at + 8].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        record = content[at + len(digits) + 1 : at + length]
        if length <= len(digits) + 1 or at + length > len(content) or not record.endswith(b"\n"):
            raise ChartInvalid("archive", "is a damaged tar archive: a PAX header is no header; make it anew")
        key, _, value = record[:-1].partition(b"=")
        if key == b"path":
            name = _text(value)
        elif key == b"size":
            if not value.isdigit() or len(value) > 18:
                raise ChartInvalid(
                    "archive", "is a damaged tar archive: a PAX size is no number; make it anew"
                )
            size = int(value)
        elif key.startswith(b"GNU.sparse."):
            raise ChartInvalid(
                "archive-sparse", "holds a sparse file; a chart holds regular files only", name
            )
        at += length
    return name, size


def _finish(stream: Gunzip, entry: Entry, before: int) -> None:
    """Pass over what the caller has not read, and over what fills the last block."""
    read = stream.position - before
    _skip(stream, entry.size - read + -entry.size % _BLOCK, entry.name)


def _skip(stream: Gunzip, size: int, where: str = "") -> None:
    if stream.skip(size) < size:
        raise ChartInvalid("archive", "is cut: the tar archive ends within it; make it anew", where)


def _padding(stream: Gunzip) -> None:
    """Read on to the end of the gzip stream, so that it is known to be whole; only zeros may be there."""
    seen = 0
    while piece := stream.read(64 * 1024):
        seen += len(piece)
        if piece.strip(b"\0"):
            raise ChartInvalid("archive-trailing", "holds content after the tar archive's end; make it anew")
        if seen > _MOST_PADDING:
            raise ChartInvalid(
                "archive-trailing", f"holds more than {_MOST_PADDING} zeros after the archive's end"
            )
