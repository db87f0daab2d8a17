"""The byte range of an upload's chunk (OCI Distribution Specification 1.1)."""

from __future__ import annotations

import re

from charthouse.model.errors import UploadInvalid

_CHUNK = re.compile(r"(?:bytes )?(\d{1,19})-(\d{1,19})(?:/(?:\d+|\*))?", re.ASCII)


def chunk_range(header: str | None) -> tuple[int, int] | None:
    """Return ``(start, length)`` of a Content-Range, or None without one; raises UploadInvalid."""
    if header is None:
        return None
    found = _CHUNK.fullmatch(header.strip())
    if found is None or int(found.group(2)) < int(found.group(1)):
        raise UploadInvalid("Content-Range must be <first byte>-<last byte>", {"contentRange": header[:100]})
    start = int(found.group(1))
    return start, int(found.group(2)) - start + 1
