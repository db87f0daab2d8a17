"""The storage goes away for a while, as a volume does that is not mounted: told as such, and nothing is written off."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from charthouse.model.digests import digest_of
from tests.support.server import StartServer

from .client import Client, Refused, client_of


async def test_a_storage_that_goes_and_comes_back(start_server: StartServer, tmp_path: Path) -> None:
    data = tmp_path / "registry"
    server = await asyncio.to_thread(start_server, "--workers", "2", data=data)
    small, large, begun = os.urandom(10_000), os.urandom(900_000), os.urandom(900_000)
    async with client_of(server, server.admin) as client:
        image = await client.push_image("v1", [small, large])
        location = await client.begin()
        await client.append(location, begun[:600_000])
        (data / "blobs").rename(data / "away")
        for _ in range(4):  # both server processes
            await _unavailable(client, small, location, begun)
        assert digest_of(await client.manifest("v1")) == image
        (data / "away").rename(data / "blobs")
        for layer in (small, large):
            assert await client.blob(digest_of(layer)) == layer
        await client.finish(location, begun[600_000:], digest_of(begun))
        assert await client.blob(digest_of(begun)) == begun


async def _unavailable(client: Client, small: bytes, location: str, begun: bytes) -> None:
    reads = [client.blob(digest_of(small)), client.ask("GET", f"{client.root}/blobs/{digest_of(begun)}")]
    pushes = [client.push(os.urandom(1000)), client.push(os.urandom(900_000))]
    session = client.append(location, begun[600_000:])
    for attempt, status in zip([*reads, *pushes, session], [503, 404, 503, 503, 503], strict=True):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.status == status
