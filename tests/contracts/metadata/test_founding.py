"""A push that makes its namespace."""

from __future__ import annotations

import asyncio

import pytest

from charthouse.model.errors import Denied, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.content import LinkBlob, Target

from .world import KEPT, NOW, World, blob_digest


def link(account_id: int, path: str, content: str, *, found: bool) -> LinkBlob:
    target = Target(RepositoryName(path), account_id, create=True, found=found)
    return LinkBlob(target, blob_digest(content), len(content), f"{path}:{content}", KEPT, NOW)


async def test_the_namespace_is_an_organization_of_the_pusher(world: World) -> None:
    alice = await world.user("alice")
    with pytest.raises(NameUnknown):
        await world.store.blobs.link(link(alice, "acme/web", "one", found=False))
    assert await world.store.accounts.by_name("acme") is None
    await world.store.blobs.link(link(alice, "acme/web", "one", found=True))
    acme = await world.store.accounts.by_name("acme")
    assert acme is not None
    assert acme.kind is AccountKind.ORGANIZATION
    assert (await world.peer_reads.access(alice, "acme/web")).role is Role.ADMIN
    assert [one.is_admin for one in await world.store.accounts.memberships(alice)] == [True]


async def test_two_pushes_at_once(world: World) -> None:
    alice = await world.user("alice")
    stores = (world.store, world.harness.peer)
    contents = ("one", "two", "three", "four")
    await asyncio.gather(
        *(
            stores[number % 2].blobs.link(link(alice, "acme/web", content, found=True))
            for number, content in enumerate(contents)
        )
    )
    assert len(await world.store.accounts.memberships(alice)) == 1
    assert await world.store.repositories.names("", 10) == ["acme/web"]


async def test_a_namespace_that_another_has_just_made(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.organization("acme", bob)
    await world.repository("acme/web", bob)
    with pytest.raises(Denied):
        await world.store.blobs.link(link(alice, "acme/web", "one", found=True))
