"""Byte ranges: of a read (RFC 9110 § 14) and of an upload's chunk (OCI Distribution Specification 1.1)."""

from __future__ import annotations

import re

from charthouse.model.errors import RangeNotSatisfiable, UploadInvalid

_READ = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII | re.IGNORECASE)
_CHUNK = re.compile(r"(?:bytes )?(\d{1,19})-(\d{1,19})(?:/(?:\d+|\*))?", re.ASCII)


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return ``(start, stop)`` of the one range asked for, or None when the whole must be sent.

    Several ranges and other units are ignored, as RFC 9110 allows; raises RangeNotSatisfiable.
    """
    found = _READ.fullmatch(header.replace(" ", "")) if header else None
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if first == "":
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    if start >= stop:
        raise RangeNotSatisfiable(f"the blob has {size} bytes", size)
    return start, stop


def chunk_range(header: str | None) -> tuple[int, int] | None:
    """Return ``(start, length)`` of a Content-Range, or None without one; raises UploadInvalid."""
    if header is None:
        return None
    found = _CHUNK.fullmatch(header.strip())
    if found is None or int(found.group(2)) < int(found.group(1)):
        raise UploadInvalid("Content-Range must be <first byte>-<last byte>", {"contentRange": header[:100]})
    start = int(found.group(1))
    return start, int(found.group(2)) - start + 1
