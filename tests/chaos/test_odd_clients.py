"""Clients that vanish, crawl, or say nothing: others are served, memory stays, and no upload stays locked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from charthouse.api.kit.asgi import STALL_SECONDS
from charthouse.model.digests import digest_of
from tests.support.packages import form_of
from tests.support.server import Server, StartServer

from .client import Client, client_of, in_pieces
from .wire import Connection, bytes_read, connection, memory

MEGABYTE = 1024 * 1024
HEADER_SECONDS = 30


@pytest.mark.parametrize("sent", [10, 3 * MEGABYTE])
async def test_a_client_vanishes_in_the_middle_of_a_push(server: Server, sent: int) -> None:
    data = os.urandom(4 * MEGABYTE)
    digest = digest_of(data)
    repository = f"{server.admin.name}/vanished-{sent}"
    async with client_of(server, server.admin, repository) as client:
        appended, finished = await client.begin(), await client.begin()
        for method, path in (
            ("POST", f"{client.uploads}?digest={digest}"),
            ("PATCH", appended),
            ("PUT", f"{finished}?digest={digest}"),
        ):
            async with connection(server, server.admin) as vanishing:
                await vanishing.send(method, path, f"Content-Length: {len(data)}")
                await vanishing.write(data[:sent])
                await asyncio.sleep(0.2)
        size = await _settled(client, appended)
        assert size <= sent
        await client.finish(appended, data[size:], digest)
        assert await client.status(finished) == 0
        assert await client.finish(finished, data) == digest
        assert await client.blob(digest) == data


async def _settled(client: Client, location: str) -> int:
    """Return how many bytes an upload has, once its last request has been noticed to be over."""
    size = -1
    while size != (now := await client.status(location)):
        size = now
        await asyncio.sleep(0.3)
    return size


async def test_slow_and_vanished_readers(start_server: StartServer) -> None:
    """At 5 KB/s 100 MB would take six hours, and the server must not hold them meanwhile."""
    server = await asyncio.to_thread(start_server, "--workers", "2")
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(client_of(server, server.admin))
        digest = await client.push_whole(bytes(100 * MEGABYTE))
        processes = server.server_processes()
        before = [memory(pid) for pid in processes]
        slow = [await stack.enter_async_context(connection(server, server.admin, 4096)) for _ in range(16)]
        for number, reader in enumerate(slow):
            wanted = ["Range: bytes=1-"] if number % 2 else []
            await reader.send("GET", f"{client.root}/blobs/{digest}", *wanted)
        reading = asyncio.gather(*(_crawl(reader, seconds=3) for reader in slow))
        worst = 0.0
        for _ in range(20):
            started = time.monotonic()
            await client.ask("GET", f"{client.root}/blobs/{digest}", headers={"Range": "bytes=5-9"})
            worst = max(worst, time.monotonic() - started)
            await asyncio.sleep(0.1)
        await reading
        grown = [memory(pid) - before[number] for number, pid in enumerate(processes)]
        assert max(grown) < 64 * MEGABYTE, grown
        assert worst < 3
        for reader in slow:
            reader.vanish()
        await asyncio.sleep(0.5)
        read = [bytes_read(pid) for pid in processes]
        await asyncio.sleep(0.5)
        wasted = sum(bytes_read(pid) for pid in processes) - sum(read)
        assert wasted < MEGABYTE, "nobody reads any more, yet blobs are read from disk"


async def _crawl(reader: Connection, seconds: float) -> None:
    """Read 5 KB a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert await reader.reader.read(500)
        await asyncio.sleep(0.1)


async def test_a_slow_sender(server: Server) -> None:
    data = os.urandom(15_000)
    digest = digest_of(data)
    path = f"/v2/{server.admin.name}/slow/blobs/uploads/?digest={digest}"
    async with connection(server, server.admin) as sender:
        await sender.send("POST", path, f"Content-Length: {len(data)}")
        for start in range(0, len(data), 500):
            await sender.write(data[start : start + 500])
            await asyncio.sleep(0.1)
        assert await sender.status() == 201
    async with client_of(server, server.admin, f"{server.admin.name}/slow") as client:
        assert await client.blob(digest) == data


async def test_many_idle_connections(server: Server) -> None:
    """More than Granian serves at a time by itself; some have begun to speak, some have been answered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    async with AsyncExitStack() as stack:
        for number in range(1500):
            idle = await stack.enter_async_context(connection(server, server.admin))
            if number % 3 == 1:
                await idle.write(b"GET /v2/ HTTP/1.1\r\nHost: ")
            elif number % 3 == 2:
                await idle.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with client_of(server, server.admin, f"{server.admin.name}/idle", seconds=20) as client:
            data = os.urandom(100_000)
            for _ in range(4):
                assert await client.blob(await client.push(data)) == data


@pytest.mark.slow
async def test_connections_that_say_nothing_are_ended(server: Server) -> None:
    async def seconds_until_closed(*said: bytes) -> float:
        async with connection(server, server.admin) as idle:
            for part in said:
                await idle.write(part)
            started = time.monotonic()
            while await asyncio.wait_for(idle.reader.read(1000), HEADER_SECONDS + 15):
                pass
            return time.monotonic() - started

    lived = await asyncio.gather(
        seconds_until_closed(),
        seconds_until_closed(b"GET /v2/ HTTP/1.1\r\n"),
        seconds_until_closed(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    )
    assert all(HEADER_SECONDS - 1 < seconds < HEADER_SECONDS + 10 for seconds in lived), lived


@pytest.mark.slow
async def test_a_push_that_fell_silent_lets_go_of_its_upload(server: Server) -> None:
    """As of a client that lost power or its network: no packet ever tells that it is gone."""
    data = os.urandom(2 * MEGABYTE)
    async with (
        client_of(server, server.admin, f"{server.admin.name}/silent") as client,
        connection(server, server.admin) as silent,
    ):
        location = await client.begin()
        await silent.send("PATCH", location, f"Content-Length: {len(data)}")
        await silent.write(data[:MEGABYTE])
        await asyncio.sleep(STALL_SECONDS + 5)
        size = await client.status(location)
        assert 0 < size <= MEGABYTE
        await client.append(location, in_pieces(data[size:]))
        assert await client.finish(location, b"", digest_of(data)) == digest_of(data)


@pytest.mark.parametrize("sent", [10, 3 * MEGABYTE])
@pytest.mark.parametrize("form", [False, True])
async def test_a_client_vanishes_in_the_middle_of_an_upload_of_a_chart(
    start_server: StartServer, sent: int, form: bool
) -> None:
    """Its bytes end with it: no file, no descriptor, no blob, no repository."""
    server = await asyncio.to_thread(start_server, "--workers", "1")
    [process] = server.server_processes()
    body, headers = form_of(chart=os.urandom(4 * MEGABYTE)) if form else (os.urandom(4 * MEGABYTE), {})
    spool = f"{server.data}/spool/"
    async with connection(server, server.admin) as vanishing:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        path = f"/charts/api/{server.admin.name}/charts"
        await vanishing.send("POST", path, f"Content-Length: {len(body)}", *lines)
        await vanishing.write(body[:sent])
        if sent > MEGABYTE:
            await _until(lambda: any(one.startswith(spool) for one in _opened(process)))
    await _until(lambda: not any(one.startswith(spool) for one in _opened(process)))
    assert list((server.data / "spool").glob("*")) == []
    assert [path for path in (server.data / "blobs").rglob("*") if path.is_file()] == []
    catalog = server.request("GET", "/v2/_catalog", headers=server.admin.basic)
    assert catalog.json() == {"repositories": []}


def _opened(pid: int) -> list[str]:
    """Return the files that a process has open."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(descriptor.readlink()))
    return found


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it does not come about")
