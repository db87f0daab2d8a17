"""Rights that change, and repositories that appear, between the question and the act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from charthouse.compose import Registry
from charthouse.engines.metadata import tables
from charthouse.model.digests import digest_of
from charthouse.model.errors import BlobUnknown, Denied, RegistryError, Unauthorized
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Access, Actor, NamespaceRole
from charthouse.services.registry.intake import Chunk
from tests.support.registry import add_user, index_manifest, push_blob, push_manifest, registry_in

HALVES = (b"first half, ", b"second half")
WHOLE = b"".join(HALVES)
SECRET = RepositoryName("acme/secret")


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path / "data") as opened:
        yield opened


async def _write(registry: Registry, work: Callable[[Connection], None]) -> None:
    """Do something to the tables that no command does yet."""
    await registry.metadata._content.write(work)  # type: ignore[attr-defined]


async def _creator(registry: Registry, name: str, organization_id: int) -> Actor:
    """Make a user who may create repositories in the organization, and nothing else."""
    actor = await add_user(registry, name)

    def join(connection: Connection) -> None:
        row = {
            "organization_id": organization_id,
            "name": f"{name}-team",
            "role": NamespaceRole.CREATOR.value,
        }
        key = connection.execute(insert(tables.team).values(row)).inserted_primary_key
        assert key is not None
        connection.execute(
            insert(tables.team_member).values({"team_id": key[0], "account_id": actor.account_id})
        )

    await _write(registry, join)
    return actor


@pytest.fixture
async def acme(registry: Registry) -> int:
    """An organization."""
    owner = await add_user(registry, "owner")
    organization = await registry.metadata.accounts.add_organization("acme", "", owner.account_id, 0)
    return organization.account_id


Way = Callable[[Registry, Actor, AsyncIterator[bytes]], Awaitable[None]]


async def _by_post(registry: Registry, actor: Actor, body: AsyncIterator[bytes]) -> None:
    await registry.uploads.whole(actor, SECRET, digest_of(WHOLE), Chunk(), body)


async def _by_small_post(registry: Registry, actor: Actor, body: AsyncIterator[bytes]) -> None:
    await registry.uploads.whole(actor, SECRET, digest_of(WHOLE), Chunk(length=len(WHOLE)), body)


async def _by_put(registry: Registry, actor: Actor, body: AsyncIterator[bytes]) -> None:
    upload = await registry.uploads.begin(actor, SECRET)
    await registry.uploads.finish(actor, SECRET, upload.upload_id, digest_of(WHOLE), Chunk(), body)


@pytest.mark.parametrize("way", [_by_post, _by_small_post, _by_put])
async def test_account_that_is_disabled_while_its_blob_comes_in(
    registry: Registry, acme: int, way: Way
) -> None:
    """A body may be as slow as its sender likes: at its end nothing comes of it, no repository either."""
    mallory = await _creator(registry, "mallory", acme)

    async def body() -> AsyncIterator[bytes]:
        yield HALVES[0]
        await registry.metadata.accounts.set_enabled(mallory.account_id, False)
        yield HALVES[1]

    with pytest.raises((Unauthorized, Denied)):
        await way(registry, mallory, body())
    assert (await registry.reader.access(mallory.account_id, SECRET)).repository_id == 0
    assert [found async for found in registry.store.objects()] == []


@pytest.mark.parametrize("way", [_by_post, _by_small_post, _by_put])
async def test_repository_that_another_makes_while_a_blob_comes_in(
    registry: Registry, acme: int, way: Way
) -> None:
    mallory = await _creator(registry, "mallory", acme)
    alice = await _creator(registry, "alice", acme)

    async def body() -> AsyncIterator[bytes]:
        yield HALVES[0]
        await push_blob(registry, alice, SECRET, b"hers")
        yield HALVES[1]

    with pytest.raises(Denied):
        await way(registry, mallory, body())
    with pytest.raises(BlobUnknown):
        await registry.reader.blob(alice, SECRET, digest_of(WHOLE))


@pytest.mark.parametrize("kind", ["manifest", "blob", "mount"])
async def test_repository_that_another_makes_between_question_and_act(
    registry: Registry, acme: int, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The right to create one is none to the one that another has made a moment before."""
    mallory = await _creator(registry, "mallory", acme)
    alice = await _creator(registry, "alice", acme)
    own = RepositoryName("mallory/own")
    await push_blob(registry, mallory, own, b"loot")
    answered = registry.reader.access

    async def overtaken(account_id: int, repository: str) -> Access:
        access = await answered(account_id, repository)
        if account_id == mallory.account_id and not access.repository_id:
            await push_manifest(registry, alice, SECRET, index_manifest([], "hers"), "v1")
        return access

    monkeypatch.setattr(registry.reader, "access", overtaken)
    act: Callable[[], Awaitable[object]] = {
        "manifest": lambda: push_manifest(registry, mallory, SECRET, index_manifest([], "forged"), "v1"),
        "blob": lambda: push_blob(registry, mallory, SECRET, b"forged"),
        "mount": lambda: registry.writer.mount(mallory, SECRET, digest_of(b"loot"), own),
    }[kind]
    with pytest.raises(Denied):
        await act()
    monkeypatch.undo()
    found = await registry.reader.manifest(alice, SECRET, "v1")
    assert found.row.content == index_manifest([], "hers")
    for digest in (digest_of(b"forged"), digest_of(b"loot")):
        with pytest.raises(BlobUnknown):
            await registry.reader.blob(alice, SECRET, digest)


async def test_first_push_by_many_requests_of_one_account(registry: Registry, acme: int) -> None:
    """What a client does: all find no repository, one makes it, and all succeed."""
    alice = await _creator(registry, "alice", acme)
    blobs = [f"layer {number}".encode() for number in range(8)]
    digests = await asyncio.gather(*(push_blob(registry, alice, SECRET, blob) for blob in blobs))
    for digest in digests:
        assert await registry.reader.blob(alice, SECRET, digest)


async def test_two_first_users(registry: Registry) -> None:
    """Of any number of calls at once, one makes the first user."""

    async def initialize(name: str) -> bool:
        try:
            await registry.users.initialize(name, "correct-horse", "", with_token=True)
        except RegistryError:
            return False
        return True

    made = await asyncio.gather(*(initialize(f"user{number}") for number in range(6)))
    assert sum(made) == 1
