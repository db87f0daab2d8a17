"""A registry inside the test's own process: the real engines over a directory, and a clock that tests move."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from charthouse.compose import Registry, prepare
from charthouse.config.loader import load
from charthouse.model.digests import Digest, digest_of
from charthouse.model.manifests import OCI_INDEX, OCI_MANIFEST
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import Actor, ActorKind
from charthouse.ports.accounts import NewUser
from charthouse.services.registry.intake import Chunk

from .clock import ManualClock


def present() -> ManualClock:
    """Return a clock that stands at this moment, as the times of files do."""
    return ManualClock(time.time_ns() // 1_000_000)


@asynccontextmanager
async def registry_in(
    data: Path, clock: ManualClock | None = None, **settings: Any
) -> AsyncIterator[Registry]:
    """Open a registry over the directory ``data``, made when it is not there."""
    loaded = load(data=data, environment={}, **settings)
    await asyncio.to_thread(prepare, loaded)  # a server database is migrated in a loop of its own
    registry = Registry(loaded, clock)
    await registry.open()
    try:
        yield registry
    finally:
        await registry.close()


async def add_user(registry: Registry, name: str) -> Actor:
    """Make a user that cannot log in, and return them as an actor (real passwords take long to hash)."""
    account = await registry.metadata.accounts.add_user(NewUser(name, "", "", False, 0))
    return Actor(account.account_id, name, ActorKind.USER, account.epoch)


async def once(data: bytes) -> AsyncIterator[bytes]:
    """Yield ``data``, as the body of a request comes in."""
    yield data


async def push_blob(registry: Registry, actor: Actor, repository: RepositoryName, data: bytes) -> Digest:
    """Push a blob in one request."""
    digest = digest_of(data)
    await registry.uploads.whole(actor, repository, digest, Chunk(length=len(data)), once(data))
    return digest


async def push_manifest(
    registry: Registry, actor: Actor, repository: RepositoryName, content: bytes, tag: str = ""
) -> Digest:
    """Push a manifest by its digest, or under a tag."""
    reference = Tag(tag) if tag else digest_of(content)
    stored = await registry.writer.put_manifest(actor, repository, reference, (), content, None)
    return stored.digest


async def push_image(
    registry: Registry,
    actor: Actor,
    repository: RepositoryName,
    tag: str,
    *layers: bytes,
    subject: Digest | None = None,
) -> Digest:
    """Push an image of these layers, the first of which serves as its config."""
    blobs = [await push_blob(registry, actor, repository, layer) for layer in layers]
    content = image_manifest(blobs, [len(layer) for layer in layers], subject)
    return await push_manifest(registry, actor, repository, content, tag)


async def read_blob(registry: Registry, actor: Actor, repository: RepositoryName, digest: str) -> bytes:
    """Return a blob's bytes as a pull gets them."""
    entry = await registry.reader.blob(actor, repository, digest)
    stream = await registry.contents.stream(entry, 0, entry.row.size)
    return b"".join([part async for part in stream])


def image_manifest(
    blobs: Sequence[Digest], sizes: Sequence[int] | None = None, subject: Digest | None = None, note: str = ""
) -> bytes:
    """Return an image manifest; the first blob is its config. ``note`` makes another of the same blobs."""
    sizes = sizes or [0] * len(blobs)
    config, *layers = (
        {"mediaType": f"application/vnd.test.{number}", "digest": digest, "size": size}
        for number, (digest, size) in enumerate(zip(blobs, sizes, strict=True))
    )
    document: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": config,
        "layers": layers,
        "annotations": {"note": note},
    }
    if subject is not None:
        document["subject"] = {"mediaType": OCI_MANIFEST, "digest": subject, "size": 1}
    return json.dumps(document).encode()


def index_manifest(children: Sequence[Digest], note: str = "") -> bytes:
    """Return an index of image manifests."""
    manifests = [{"mediaType": OCI_MANIFEST, "digest": digest, "size": 1} for digest in children]
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": manifests,
            "annotations": {"note": note},
        }
    ).encode()
