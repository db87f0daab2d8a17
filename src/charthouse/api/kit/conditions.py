"""What a reader asks under a condition: not what it has already (RFC 9110 § 13), or only a part of it (§ 14)."""

from __future__ import annotations

import re

from charthouse.model.errors import RangeNotSatisfiable

LONGEST_LIST = 8 * 1024
"""Characters of a header that is read as a list: one of 400 KB would hold the loop, and stay in memory."""

_READ = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII | re.IGNORECASE)


def none_match(header: str | None, etag: bytes) -> bool:
    """Tell whether If-None-Match names ``etag`` (RFC 9110 § 13.1.2, weak comparison)."""
    if header is None or len(header) > LONGEST_LIST:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag.decode() in tags


def if_range_holds(header: str | None, etag: bytes) -> bool:
    """Tell whether If-Range lets a range be sent (RFC 9110 § 13.1.5): absent, or this very ETag."""
    return header is None or header.strip() == etag.decode()


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
