"""Two servers that were not meant to meet: on one port the second is refused, on one directory both are right."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from charthouse.model.digests import digest_of
from tests.support.server import CHARTHOUSE, StartServer, free_port

from .client import Refused, client_of
from .storm import Ledger, acknowledged, check, push_many


def serve(data: Path, port: int) -> subprocess.Popen[str]:
    """Begin to start a server."""
    command: list[str | Path] = [CHARTHOUSE, "serve", "--data", data, "--port", str(port), "--workers", "2"]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def test_a_second_server_on_the_port_is_refused(start_server: StartServer, tmp_path: Path) -> None:
    first = start_server("--workers", "2")
    second = serve(tmp_path / "second", first.port)
    _, complaint = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {first.port}: Address already in use" in complaint
    assert not (tmp_path / "second").exists()
    assert first.request("GET", "/livez").status == 200


def test_of_servers_that_start_at_once_on_one_port_one_serves(tmp_path: Path) -> None:
    port = free_port()
    servers = [serve(tmp_path / str(number), port) for number in range(4)]
    try:
        deadline = time.monotonic() + 30
        while sum(server.poll() is None for server in servers) > 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        [serving] = [server for server in servers if server.poll() is None]
        while not listens(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        serving.terminate()
        assert serving.wait(30) == 0
    finally:
        for server in servers:
            server.kill()
            server.communicate()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


async def test_two_servers_on_one_directory(start_server: StartServer, tmp_path: Path) -> None:
    """Each sees at once what the other was told, and both may collect: leases are in the database."""
    data = tmp_path / "registry"
    one = await asyncio.to_thread(start_server, "--workers", "2", data=data)
    two = await asyncio.to_thread(start_server, "--workers", "2", data=data)
    admin, ledger = one.admin, Ledger()
    storms = [push_many(server, admin, ledger, 8, f"at-{server.port}", stay=3) for server in (one, two)]
    await asyncio.gather(acknowledged(ledger, 20), *storms)
    async with client_of(one, admin) as here, client_of(two, admin) as there:
        for number in range(20):
            image = await here.push_image("moving", [os.urandom(10 + number)])
            assert digest_of(await there.manifest("moving")) == image
            await there.ask("DELETE", f"{there.root}/manifests/moving")
            with pytest.raises(Refused, match="404"):
                await here.manifest("moving")
        location = await here.begin()
        await here.append(location, b"begun here, ")
        await there.finish(location, b"ended there", digest_of(b"begun here, ended there"))
    two.stop()
    await check(one, admin, ledger)
