"""Being told to stop: at once when nobody is served, within the drain time whatever clients do, with exit status 0."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from charthouse.cli.serve import DRAIN_SECONDS
from charthouse.model.digests import digest_of
from tests.support.server import StartServer

from .client import client_of
from .wire import connection

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("signal_of_terminal", [True, False])
async def test_idle_connections_hold_nothing_up(start_server: StartServer, signal_of_terminal: bool) -> None:
    """A terminal's Ctrl-C reaches every process of the group, a service manager's signal one or all."""
    server = await asyncio.to_thread(start_server, "--workers", "2")
    async with AsyncExitStack() as stack:
        for number in range(60):
            idle = await stack.enter_async_context(connection(server, server.admin))
            if number % 2:
                await idle.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.sleep(0.2)
        started = time.monotonic()
        if signal_of_terminal:
            os.killpg(server.process.pid, signal.SIGINT)
        else:
            server.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.process.wait, 30) == 0
        assert time.monotonic() - started < 10


@pytest.mark.slow
async def test_a_client_that_never_ends_is_cut_off(start_server: StartServer, tmp_path: Path) -> None:
    data = os.urandom(2 * MEGABYTE)
    server = await asyncio.to_thread(start_server, "--workers", "2", data=tmp_path / "registry")
    admin = server.admin
    async with client_of(server, admin) as client, connection(server, admin) as endless:
        location = await client.begin()
        size = await client.append(location, data[:MEGABYTE])
        await endless.send("PATCH", location, f"Content-Length: {MEGABYTE}")
        await endless.write(data[MEGABYTE:-1])
        await asyncio.sleep(0.5)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(2)
        with pytest.raises(ConnectionRefusedError):
            async with connection(server, admin):
                pass
        assert await asyncio.to_thread(server.process.wait, DRAIN_SECONDS + 20) == 0
        assert DRAIN_SECONDS - 1 < time.monotonic() - started < DRAIN_SECONDS + 15
    server = await asyncio.to_thread(start_server, "--workers", "2", data=tmp_path / "registry")
    async with client_of(server, admin) as client:
        assert await client.status(location) == size
        await client.finish(location, data[size:], digest_of(data))
