"""A storm of pushes, and the ledger of what a server acknowledged in it, to be held against the server."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import pytest

from charthouse.model.digests import digest_of
from tests.support.server import Person, Server

from .client import Client, Refused, client_of

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
        """Push until then (monotonic); when a connection breaks, stop, or ``stay`` and go on.

        Whoever stays takes "try again later" (503) for an answer too.
        """
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
            except Refused as refusal:
                if not stay or refusal.status != 503:
                    raise
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
    server: Server, admin: Person, ledger: Ledger, pushers: int, seed: str, *, stay: float = 0
) -> None:
    """Let ``pushers`` push until their connections break; with ``stay`` for so many seconds, whatever happens."""
    async with client_of(server, admin) as client:
        until = time.monotonic() + (stay or 60)
        names = [f"{seed}-{number}" for number in range(pushers)]
        await asyncio.gather(*(Pusher(client, ledger, name).run(until, stay > 0) for name in names))


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
