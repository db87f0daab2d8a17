"""Which pages are sent compressed, and their compressed form.

What one compressed answer holds beside a text that another site has chosen tells that site something by its length
(BREACH). So the pages' tokens are masked (``services/identity/csrf.py``), and for the rest that a page may keep from
others, it is compressed only when no other site has made the browser ask for it.
"""

from __future__ import annotations

import gzip

from starlette.requests import Request

SMALLEST = 1024
"""Bytes below which it is not worth the work."""
_LEVEL = 5
"""Half of the time that the default takes, for three percent more bytes."""
_OURS = frozenset({"same-origin", "none"})


def packed(request: Request, scheme: str, content: bytes) -> bytes | None:
    """Return the gzip form of a page, None where it is to be sent as it is."""
    if request.method != "GET" or len(content) < SMALLEST:
        return None
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return None
    # Browsers tell it over TLS; without TLS whoever sees the length sees the page.
    asked_by = request.headers.get("sec-fetch-site", "none" if scheme == "http" else "")
    return gzip.compress(content, _LEVEL, mtime=0) if asked_by in _OURS else None
