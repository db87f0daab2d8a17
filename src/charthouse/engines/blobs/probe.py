"""Trying a storage for real: an object is written, read and deleted."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from charthouse.model.digests import digest_of
from charthouse.model.errors import Unavailable

from .factory import blob_store_from

_BYTES = 1024


async def probe(engine: str, arguments: Mapping[str, Any]) -> str:
    """Return what was done; raises Unavailable or another RegistryError, ValueError, OSError.

    A directory that is not there is not made: what is tried then is the nearest one above it.
    """
    store = blob_store_from(engine, arguments)
    data = secrets.token_bytes(_BYTES)
    if engine == "LocalStorage":
        await store.close()
        return await asyncio.to_thread(_directory, str(arguments["storage_path"]), data)
    try:
        await store.open()
        key = await store.put(digest_of(data), data)
        try:
            if b"".join([piece async for piece in store.read(key)]) != data:
                raise Unavailable("what was read is not what was written")
        finally:
            await store.delete(key)
        if await store.stat(key) is not None:
            raise Unavailable("the object is still there after it was deleted")
    finally:
        await store.close()
    return "an object was written, read and deleted"


def _directory(storage_path: str, data: bytes) -> str:
    path = Path(storage_path).absolute()
    there = next(place for place in (path, *path.parents) if place.exists())
    file = there / f".charthouse-probe-{secrets.token_hex(8)}"
    try:
        with file.open("xb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened)
        if file.read_bytes() != data:
            raise Unavailable("what was read is not what was written")
    finally:
        with suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
    made = "" if there == path else f"; {path} is not there yet, a start makes it"
    return f"a file was written, read and deleted in {there}{made}"
