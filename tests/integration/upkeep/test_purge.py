"""A deleted repository: nothing of it is read again, from no cache; its uploads end; a purge takes its bytes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from charthouse.compose.registry import Registry
from charthouse.compose.upkeep import Upkeep
from charthouse.model.digests import digest_of
from charthouse.model.errors import BlobUnknown, ManifestUnknown, NameUnknown, Unavailable, UploadUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor, Role
from charthouse.ports.upkeep import Garbage
from charthouse.services.access.permits import RepositoryPermit
from charthouse.services.registry.intake import Chunk
from tests.support.registry import once, push_blob, push_image, read_blob

APP = RepositoryName("ann/app")
SECRET = b"the layer that was deleted"


async def delete(registry: Registry, actor: Actor, repository: RepositoryName = APP) -> None:
    access = await registry.reader.access(actor.account_id, repository)
    await registry.administration.delete(RepositoryPermit(actor, repository, access, Role.ADMIN))


async def test_deleted_content_is_not_read_through_a_stale_cache(registry: Registry, ann: Actor) -> None:
    """CVE-2026-35172's class: by tag, by digest, by blob, under the name when it is taken anew."""
    digest = await push_image(registry, ann, APP, "v1", SECRET)
    blob = digest_of(SECRET)
    for reference in ("v1", digest):  # into the caches
        await registry.reader.manifest(ann, APP, reference)
        assert registry.reader.peek(ann, APP, reference) is not None
    await read_blob(registry, ann, APP, blob)
    await delete(registry, ann)
    assert registry.reader.peek(ann, APP, "v1") is None
    assert registry.reader.peek(ann, APP, digest) is None
    with pytest.raises(NameUnknown):
        await registry.reader.blob(ann, APP, blob)
    new = await push_image(registry, ann, APP, "v2", b"another layer")
    assert new != digest
    for reference in ("v1", digest):
        assert registry.reader.peek(ann, APP, reference) is None
        with pytest.raises(ManifestUnknown):
            await registry.reader.manifest(ann, APP, reference)
    with pytest.raises(BlobUnknown):
        await registry.reader.blob(ann, APP, blob)
    assert await registry.reader.tags(ann, APP, "", 10) == ["v2"]


async def test_uploads_under_way_end(registry: Registry, ann: Actor) -> None:
    await push_blob(registry, ann, APP, b"makes the repository")
    upload = await registry.uploads.begin(ann, APP)
    await registry.uploads.append(ann, APP, upload.upload_id, Chunk(length=4), once(b"some"))
    other = await registry.uploads.begin(ann, RepositoryName("ann/app/sub"))
    await delete(registry, ann)
    with pytest.raises(UploadUnknown):
        await registry.uploads.status(ann, APP, upload.upload_id)
    await registry.uploads.status(ann, other.repository, other.upload_id)  # type: ignore[arg-type]


async def test_a_body_that_outlives_its_repository_does_not_make_it_anew(
    registry: Registry, ann: Actor
) -> None:
    await push_blob(registry, ann, APP, b"makes the repository")
    upload = await registry.uploads.begin(ann, APP)
    arriving, deleted = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        arriving.set()
        await deleted.wait()
        yield SECRET

    finishing = asyncio.create_task(
        registry.uploads.finish(
            ann, APP, upload.upload_id, digest_of(SECRET), Chunk(length=len(SECRET)), slow()
        )
    )
    await arriving.wait()
    await delete(registry, ann)
    deleted.set()
    with pytest.raises(UploadUnknown):
        await finishing
    assert (await registry.reader.access(ann.account_id, APP)).repository_id == 0


async def test_a_purge_that_breaks_off_goes_on(
    registry: Registry, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await push_image(registry, ann, RepositoryName(f"ann/app{number}"), "v1", b"%d" % number)
        await delete(registry, ann, RepositoryName(f"ann/app{number}"))
    purger, take, calls = Upkeep(registry).purger, registry.metadata.purge.take, itertools.count(1)

    async def breaks_off(repository_id: int, now_ms: int, limit: int) -> Garbage:
        if next(calls) == 4:  # in the midst of the second repository
            raise Unavailable("the database has gone away")
        return await take(repository_id, now_ms, limit)

    with monkeypatch.context() as patch:
        patch.setattr(registry.metadata.purge, "take", breaks_off)
        with pytest.raises(Unavailable):
            await purger.purge()
    assert len(await registry.metadata.purge.repositories(10)) == 2
    purged = await purger.purge()
    assert (purged.repositories, purged.manifests) == (2, 2)
    assert await registry.metadata.purge.repositories(10) == []


async def test_a_purge_takes_rows_and_collection_the_bytes(registry: Registry, ann: Actor) -> None:
    upkeep = Upkeep(registry)
    await push_image(registry, ann, APP, "v1", SECRET, b"shared")
    stays = RepositoryName("ann/stays")
    await push_image(registry, ann, stays, "v1", b"shared")
    await delete(registry, ann)
    promised = await upkeep.collector.preview()
    purged = await upkeep.purger.purge()
    collected = await upkeep.collector.collect()
    assert (purged.repositories, purged.tags, purged.manifests, purged.links) == (1, 1, 1, 2)
    assert (promised.tags, promised.manifests, promised.links) == (1, 1, 2)
    assert (promised.blobs, promised.bytes) == (collected.blobs, collected.bytes) == (1, len(SECRET))
    assert collected.objects == 1
    assert await read_blob(registry, ann, stays, digest_of(b"shared")) == b"shared"
    again = await upkeep.purger.purge()
    assert (again.repositories, again.accounts) == (0, 0)
