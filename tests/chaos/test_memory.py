"""Large pushes, many at a time, in a bounded memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator

import pytest

from tests.support.server import StartServer

from .client import Client, client_of
from .wire import memory

MEGABYTE = 1024 * 1024
LIMIT = 150 * MEGABYTE


@pytest.mark.parametrize(
    "megabytes", [128, pytest.param(1024, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])]
)
@pytest.mark.parametrize("processes", ["1", "2"])
async def test_eight_large_pushes_at_once(start_server: StartServer, processes: str, megabytes: int) -> None:
    server = await asyncio.to_thread(start_server, "--workers", processes)
    async with client_of(server, server.admin, seconds=1000) as client:
        await asyncio.gather(*(_push(client, megabytes) for _ in range(8)))
    peaks = [memory(pid, "VmHWM") for pid in server.server_processes()]
    print(f"peaks: {[peak // MEGABYTE for peak in peaks]} MB")  # noqa: T201 -- shown by pytest -s or a failure
    assert max(peaks) <= LIMIT, peaks


async def _push(client: Client, megabytes: int) -> None:
    """Push a blob by POST, a streamed PATCH and PUT; the test holds no more than a piece of it either."""
    digest = hashlib.sha256()
    piece = os.urandom(MEGABYTE)

    async def body() -> AsyncIterator[bytes]:
        for number in range(megabytes):
            part = number.to_bytes(8) + piece[8:]
            digest.update(part)
            yield part

    location = await client.begin()
    assert await client.append(location, body()) == megabytes * MEGABYTE
    await client.finish(location, b"", f"sha256:{digest.hexdigest()}")
