"""kill -9 at random moments: what was acknowledged is whole, what was not is not half there."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from charthouse.compose import Upkeep
from charthouse.model.digests import digest_of
from tests.support.clock import ManualClock
from tests.support.registry import present, registry_in
from tests.support.server import CHARTHOUSE, Person, Server, StartServer

from .client import Client, Refused, client_of

DAY_MS = 86_400_000
LOST = (aiohttp.ClientError, OSError, TimeoutError)
"""What a client sees of a server that dies under its hands."""


@dataclass
class Upload:
    """An upload that goes on after the kill. ``ending``: its PUT was on the way."""

    data: bytes
    acknowledged: int = 0
    ending: bool = False


@dataclass
class Ledger:
    """What the server has acknowledged. Blobs by digest, manifests by tag, uploads by location.

    ``checked``: blobs that have been read whole, by digest.
    """

    blobs: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """Return how many pushes have been acknowledged."""
        return len(self.blobs) + len(self.tags)


class Pusher:
    """Pushes one thing after the other, each of a random kind, until the server is gone."""

    def __init__(self, client: Client, ledger: Ledger, seed: str) -> None:
        self._client = client
        self._ledger = ledger
        self._seed = seed
        self._random = random.Random(seed)
        self._count = 0

    async def run(self, until: float, stay: bool) -> None:
        """Push until then (monotonic); when a connection breaks, stop, or ``stay`` and go on."""
        kinds: list[Callable[[], Awaitable[None]]] = [
            lambda: self._blob(self._client.push_whole),
            lambda: self._blob(self._client.push),
            lambda: self._blob(self._client.push_streamed),
            self._upload,
            self._image,
        ]
        while time.monotonic() < until:
            try:
                await self._random.choice(kinds)()
            except LOST:
                if not stay:
                    return
                await asyncio.sleep(0.1)

    def _data(self) -> bytes:
        """Return new bytes: most often few, sometimes more than the server stores in one go."""
        return self._random.randbytes(self._random.choice([1, 5_000, 100_000, 1_500_000]))

    async def _blob(self, push: Callable[[bytes], Awaitable[str]]) -> None:
        self._ledger.blobs.add(await push(self._data()))

    async def _image(self) -> None:
        self._count += 1
        tag = f"{self._seed}-{self._count}"
        self._ledger.tags[tag] = await self._client.push_image(tag, [self._data(), self._data()])

    async def _upload(self) -> None:
        location = await self._client.begin()
        upload = self._ledger.uploads[location] = Upload(self._random.randbytes(900_000))
        for start in range(0, 600_000, 200_000):
            upload.acknowledged = await self._client.append(location, upload.data[start : start + 200_000])
        upload.ending = True
        digest = await self._client.finish(location, upload.data[600_000:], digest_of(upload.data))
        self._ledger.blobs.add(digest)
        del self._ledger.uploads[location]


async def push_many(
    server: Server,
    admin: Person,
    ledger: Ledger,
    pushers: int,
    seconds: float,
    seed: str,
    *,
    stay: bool = False,
) -> None:
    """Let ``pushers`` push for ``seconds``, or until their connections break, unless they ``stay``."""
    async with client_of(server, admin) as client:
        until = time.monotonic() + seconds
        names = [f"{seed}-{number}" for number in range(pushers)]
        await asyncio.gather(*(Pusher(client, ledger, name).run(until, stay) for name in names))


async def acknowledged(ledger: Ledger, count: int) -> None:
    """Wait until as many pushes have been acknowledged."""
    deadline = time.monotonic() + 60
    while ledger.count < count:
        assert time.monotonic() < deadline, ledger.count
        await asyncio.sleep(0.01)


async def check(server: Server, admin: Person, ledger: Ledger) -> None:
    """See that all that was acknowledged is there, that no tag leads to nothing, and end the open uploads."""
    async with client_of(server, admin) as client:
        await asyncio.gather(*(_intact(client, digest) for digest in ledger.blobs - ledger.checked))
        tags = await client.tags()
        assert ledger.tags.keys() <= set(tags)
        await asyncio.gather(*(_image_intact(client, ledger, tag) for tag in tags))
        await asyncio.gather(*(_go_on(client, *upload) for upload in ledger.uploads.items()))
        ledger.blobs.update(digest_of(upload.data) for upload in ledger.uploads.values())
        ledger.uploads.clear()
        ledger.checked.update(ledger.blobs)


async def _intact(client: Client, digest: str) -> None:
    assert digest_of(await client.blob(digest)) == digest


async def _image_intact(client: Client, ledger: Ledger, tag: str) -> None:
    content = await client.manifest(tag)
    assert ledger.tags.get(tag, digest_of(content)) == digest_of(content)
    document = json.loads(content)
    for part in (document["config"], *document["layers"]):
        if part["digest"] not in ledger.checked:
            await _intact(client, part["digest"])
            ledger.checked.add(part["digest"])


async def _go_on(client: Client, location: str, upload: Upload) -> None:
    """End an upload from where the server says it stands."""
    digest = digest_of(upload.data)
    try:
        size = await client.status(location)
        assert size >= upload.acknowledged
        await client.finish(location, upload.data[size:], digest)
    except Refused as refusal:
        # Its PUT was on the way: the upload may have ended without anybody having been told. Clients start over.
        if not upload.ending or refusal.code != "BLOB_UPLOAD_UNKNOWN":
            raise
        with pytest.raises(Refused, match="BLOB_UPLOAD_UNKNOWN"):
            await client.status(location)
        await client.push(upload.data)
    await _intact(client, digest)


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
        pushing = asyncio.create_task(push_many(server, admin, ledger, pushers, 60, f"round-{number}"))
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
    pushing = asyncio.create_task(push_many(server, admin, ledger, 16, 4, "storm", stay=True))
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
