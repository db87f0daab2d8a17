"""Deleting while others push, create and delete: from two processes, nothing is left behind, nothing comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from charthouse.model.errors import InvalidRequest, RegistryError
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Role
from charthouse.ports.content import LinkBlob, Target
from charthouse.ports.teams import Team

from .test_removal import purge
from .world import KEPT, NOW, World, blob_digest, image, put_command

APP = RepositoryName("acme/app")
ROUNDS = range(8)


async def quiet(work: Awaitable[object]) -> None:
    """Await what may be refused, because what it is about has just gone."""
    try:
        await work
    except RegistryError:
        return


async def test_pushes_into_a_repository_that_is_deleted(world: World) -> None:
    alice = await world.user("alice")
    await world.organization("acme", alice)
    before = await world.harness.counts()
    here, there = world.harness.store, world.harness.peer
    for number in ROUNDS:
        await world.push_image(APP, alice, f"layer {number}", "v1")
        old = (await world.reads.access(alice, APP)).repository_id
        target = Target(APP, alice, repository_id=old)
        command = put_command(APP, alice, image(f"layer {number}"), "v2", create=False)
        link = LinkBlob(target, blob_digest(f"late {number}"), 4, f"late {number}", KEPT, NOW)
        await asyncio.gather(
            quiet(here.blobs.link(link)),
            quiet(there.manifests.put(command)),
            here.repositories.delete(old),
            quiet(there.repositories.create(Target(APP, alice, create=True), "", NOW)),
            quiet(there.manifests.delete_tag(old, "v1", NOW)),
        )
        new = (await world.reads.access(alice, APP)).repository_id
        assert new != old
        assert await world.reads.manifest(alice, APP, "v1") is None
        if new:
            await here.repositories.delete(new)
    await purge(world)
    after = await world.harness.counts()
    for counts in (before, after):
        counts.pop("change_log", None)
        counts.pop("blob", None)  # collection's
    assert after == before


async def test_repositories_made_in_a_namespace_that_is_deleted(world: World) -> None:
    """None is made in it afterwards, where it would belong to nobody, or to whoever takes the name."""
    alice, bob = await world.user("alice"), await world.user("bob")
    here, there = world.harness.store, world.harness.peer
    for number in ROUNDS:
        acme = await world.organization("acme", alice)
        paths = [RepositoryName(f"acme/app{n}") for n in range(4)]
        await asyncio.gather(
            *(
                quiet(store.repositories.create(Target(path, alice, create=True), "", NOW))
                for store, path in zip((here, there, here, there), paths, strict=True)
            ),
            here.namespaces.delete(acme),
            quiet(there.teams.add_member(await owners(world, acme), bob)),
        )
        assert await there.repositories.names("acme/", 10) == []
        await world.organization("acme", bob)
        for path in paths:
            assert (await world.reads.access(alice, path)).role is Role.NONE, number
            assert (await world.reads.access(bob, path)).repository_id == 0
        found = await here.accounts.by_name("acme")
        assert found is not None
        await here.namespaces.delete(found.account_id)
    await purge(world)
    counts = await world.harness.counts()
    counts.pop("change_log")
    assert counts == {"account": 2}


async def test_accounts_deleted_at_once_leave_no_organization_without_an_administrator(world: World) -> None:
    here, there = world.harness.store, world.harness.peer
    for number in ROUNDS:
        one, two = await world.user(f"one{number}"), await world.user(f"two{number}")
        acme = await world.organization(f"acme{number}", one)
        await here.teams.add_member(await owners(world, acme), two)
        results = await asyncio.gather(
            here.namespaces.delete(one), there.namespaces.delete(two), return_exceptions=True
        )
        assert sorted(isinstance(result, InvalidRequest) for result in results) == [False, True], results


async def owners(world: World, organization_id: int) -> Team:
    found = await world.store.teams.find(organization_id, "owners")
    assert found is not None
    return found
