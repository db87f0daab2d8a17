"""Large pushes, many at a time, in a bounded memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator

import pytest

from tests.support.packages import package
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


async def test_eight_large_charts_at_once(start_server: StartServer) -> None:
    """Packages wait in files until it is their turn; of large ones one at a time is whole in memory."""
    server = await asyncio.to_thread(start_server, "--workers", "1")
    [process] = server.server_processes()
    before = memory(process, "VmHWM")
    files = {f"files/{number}": os.urandom(4 * MEGABYTE) for number in range(8)}

    def upload(number: int) -> int:
        content = package(f"chart-{number}", "1.0.0", files)
        path = f"/charts/api/{server.admin.name}/charts"
        return server.request("POST", path, content, server.admin.basic).status

    assert server.admin
    statuses = await asyncio.gather(*(asyncio.to_thread(upload, number) for number in range(8)))
    assert statuses == [201] * 8
    peak = memory(process, "VmHWM")
    print(f"from {before // MEGABYTE} to {peak // MEGABYTE} MB")  # noqa: T201 -- shown by pytest -s or a failure
    assert peak - before < 5 * 32 * MEGABYTE
