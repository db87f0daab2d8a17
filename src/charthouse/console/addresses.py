"""Addresses within the registry, as forms and links name them."""

from __future__ import annotations


def local_path(path: str) -> str:
    """Return a path of ours to go on to; for anything else, such as another site's address, the first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if ours and path.isascii() and path.isprintable() else "/"
