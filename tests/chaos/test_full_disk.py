"""No space left, in the middle of pushes and of the database's commits: refused, nothing half kept, and over when
there is room again."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from charthouse.model.digests import digest_of
from tests.support.packages import form_of, package
from tests.support.registry import image_manifest
from tests.support.server import Answer, Server, StartServer

from .client import Client, Refused, client_of, in_pieces

MEGABYTE = 1024 * 1024


class Disk:
    """The small disk that a server has to itself: a tmpfs in its own mount namespace, gone when the server is."""

    def __init__(self, data: Path, size: str) -> None:
        self._data = data
        mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
        self.wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(data)]
        data.mkdir()

    def seen_by(self, server: Server) -> None:
        """Look at the disk with the eyes of a server that has been started by ``wrapper``."""
        self.root = Path(f"/proc/{server.process.pid}/root{self._data}")
        self._ballast = self.root / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Take all space but ``leave`` bytes."""
        state = os.statvfs(self.root)
        rest = state.f_bavail * state.f_frsize - leave
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while rest > 0:
                rest -= file.write(bytes(min(rest, 4096)))

    def free(self) -> None:
        """Give the space back."""
        self._ballast.unlink()

    def files(self, room: str) -> list[Path]:
        """Return the files in a room of the blob store."""
        return [path for path in (self.root / "blobs" / room).rglob("*") if path.is_file()]


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "small", "40m")


async def start(start_server: StartServer, disk: Disk, data: Path) -> Server:
    server = await asyncio.to_thread(start_server, "--workers", "2", data=data, wrapper=disk.wrapper)
    disk.seen_by(server)
    return server


async def test_pushes_on_a_full_disk(start_server: StartServer, disk: Disk, tmp_path: Path) -> None:
    server = await start(start_server, disk, tmp_path / "small")
    processes = server.server_processes()
    async with client_of(server, server.admin) as client:
        kept = await client.push(os.urandom(MEGABYTE))
        begun = os.urandom(2 * MEGABYTE)
        location = await client.begin()
        await client.append(location, begun[:MEGABYTE])
        objects = len(disk.files("blobs"))
        disk.fill(leave=MEGABYTE)
        for push in _pushes(client, location, begun):
            with pytest.raises(Refused) as refused:
                await push()
            assert refused.value.status == 507
            assert "full" in refused.value.message
            assert len(disk.files("blobs")) == objects
            assert [path.name for path in disk.files("uploads")] == [location.rpartition("/")[2]]
            assert digest_of(await client.blob(kept)) == kept
        disk.free()
        assert await client.status(location) == MEGABYTE
        await client.finish(location, begun[MEGABYTE:], digest_of(begun))
        for push in _pushes(client, await client.begin(), begun):
            await push()
    assert server.server_processes() == processes


def _pushes(client: Client, location: str, begun: bytes) -> list[Callable[[], Awaitable[object]]]:
    """Return a push of each kind, all larger than the room that is left; one goes on with an upload."""
    small = [os.urandom(400_000) for _ in range(8)]
    large = os.urandom(4 * MEGABYTE)

    async def together() -> None:
        await asyncio.gather(*(client.push_whole(data) for data in small))

    async def streamed() -> None:
        await client.append(await client.begin(), in_pieces(large))

    return [
        lambda: client.push_whole(large),
        lambda: client.push(large),
        streamed,
        lambda: client.append(location, in_pieces(large)),
        together,
    ]


async def test_commits_on_a_full_disk(start_server: StartServer, disk: Disk, tmp_path: Path) -> None:
    server = await start(start_server, disk, tmp_path / "small")
    async with client_of(server, server.admin) as client:
        layer = os.urandom(1000)
        first = await client.push_image("first", [layer])
        disk.fill()
        pushed = ["first"]
        with pytest.raises(Refused) as refused:
            await _push_images(client, layer, pushed, 2000)
        assert refused.value.status == 507
        assert sorted(await client.tags()) == sorted(pushed)
        assert digest_of(await client.manifest("first")) == first
        for address in ("/livez", "/readyz", "/metrics"):
            assert (await asyncio.to_thread(server.request, "GET", address)).status == 200
        disk.free()
        await _push_images(client, layer, pushed, len(pushed) + 5)
        assert sorted(await client.tags()) == sorted(pushed)
        disk.fill()
    server.stop()  # which must end with 0


async def _push_images(client: Client, layer: bytes, pushed: list[str], until: int) -> None:
    digest = digest_of(layer)
    while len(pushed) < until:
        tag = f"t{len(pushed)}"
        await client.put_manifest(tag, image_manifest([digest], [len(layer)], note=tag * 200))
        pushed.append(tag)


async def test_uploads_of_charts_on_a_full_disk(
    start_server: StartServer, disk: Disk, tmp_path: Path
) -> None:
    server = await start(start_server, disk, tmp_path / "small")
    path = f"/charts/api/{server.admin.name}/charts"
    content = package("web", "1.0.0", {"files/cargo": os.urandom(4 * MEGABYTE)})

    def upload(name: str = "web", **more: bytes) -> Answer:
        body, headers = form_of(chart=content, **more)
        return server.request("POST", path, body, headers | server.admin.basic)

    objects = len(disk.files("blobs"))
    for leave in (0, 3 * MEGABYTE, 6 * MEGABYTE):  # while it comes in, or while it is stored
        disk.fill(leave=leave)
        refused = upload()
        assert (refused.status, list(refused.json())) == (507, ["error"]), (leave, refused.body)
        assert "full" in refused.json()["error"]
        disk.free()
        assert not [path for path in disk.files("blobs") if path.stat().st_size > MEGABYTE]
    assert upload().status == 201
    assert len(disk.files("blobs")) > objects
