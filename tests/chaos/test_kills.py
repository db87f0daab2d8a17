"""kill -9 at random moments: what was acknowledged is whole, what was not is not half there."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from charthouse.compose import Upkeep
from tests.support.clock import ManualClock
from tests.support.registry import present, registry_in
from tests.support.server import CHARTHOUSE, Server, StartServer

from .storm import Ledger, acknowledged, check, push_many

DAY_MS = 86_400_000


def scrub(data: Path) -> int:
    """Re-read every blob with the command; returns how many there are. None may be damaged."""
    command: list[str | Path] = [CHARTHOUSE, "scrub", "--rate", "0", "--output", "json", "--data", data]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(json.loads(done.stdout)["checked"])


def files_of(data: Path, *rooms: str) -> list[Path]:
    """Return the files in rooms of the blob store."""
    return [path for room in rooms for path in (data / "blobs" / room).rglob("*") if path.is_file()]


async def collect_leftovers(data: Path) -> None:
    """Collect as the jobs do, first when orphans may be marked, then when marks are due."""
    for days in (3, 6):
        clock = ManualClock(present().now_ms() + days * DAY_MS)
        async with registry_in(data, clock) as registry:
            upkeep = Upkeep(registry)
            await upkeep.leftovers.expire_uploads()
            await upkeep.leftovers.tidy()
            await upkeep.collector.delete_doomed()


@pytest.mark.parametrize(
    ("rounds", "pushers"),
    [(3, 24), pytest.param(25, 200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])],
)
async def test_what_was_acknowledged_before_a_kill_is_whole(
    tmp_path: Path, start_server: StartServer, rounds: int, pushers: int
) -> None:
    data = tmp_path / "registry"
    ledger = Ledger()
    server = await asyncio.to_thread(start_server, "--workers", "2", data=data)
    admin = server.admin
    for number in range(rounds):
        pushing = asyncio.create_task(push_many(server, admin, ledger, pushers, f"round-{number}"))
        await acknowledged(ledger, ledger.count + pushers)
        await asyncio.sleep(random.uniform(0, 0.2))
        server.kill()
        await pushing
        server = await asyncio.to_thread(start_server, "--workers", "2", data=data)
        await check(server, admin, ledger)
    server.stop()
    blobs = scrub(data)
    assert len(ledger.blobs) + 2 * len(ledger.tags) <= blobs + 2
    # Each request under way at a kill leaves one file at most.
    leftovers = len(files_of(data, "uploads", "blobs")) - blobs
    assert 0 <= leftovers <= rounds * pushers
    await collect_leftovers(data)
    assert files_of(data, "uploads", "quarantine") == []
    assert len(files_of(data, "blobs")) == blobs


@pytest.mark.parametrize("killed", [1, 2])
async def test_dead_server_processes_are_replaced(start_server: StartServer, killed: int) -> None:
    server = await asyncio.to_thread(start_server, "--workers", "2")
    admin, ledger = server.admin, Ledger()
    before = server.server_processes()
    pushing = asyncio.create_task(push_many(server, admin, ledger, 16, "storm", stay=4))
    await acknowledged(ledger, 16)
    for pid in before[:killed]:
        os.kill(pid, signal.SIGKILL)
    await replaced(server, before[:killed])
    await acknowledged(ledger, ledger.count + 16)
    await pushing
    assert set(before[killed:]) <= set(server.server_processes())
    await check(server, admin, ledger)


async def replaced(server: Server, dead: list[int]) -> None:
    """Wait until as many processes as before serve, none of them of the ``dead``."""
    deadline = time.monotonic() + 10
    while len(alive := server.server_processes()) < 2 or set(alive) & set(dead):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    assert server.process.poll() is None


def test_server_processes_end_with_their_supervisor(start_server: StartServer) -> None:
    """One that was killed alone must not leave its port taken by processes that nobody can end."""
    server = start_server("--workers", "2")
    processes = server.server_processes()
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 10
    try:
        while alive := [pid for pid in processes if runs(pid)]:
            assert time.monotonic() < deadline, alive
            time.sleep(0.1)
    finally:
        server.kill()
    start_server("--workers", "2", data=server.data)


def runs(pid: int) -> bool:
    """Tell whether a process is there and not only waiting for its parent's notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
