"""How much is in the registry, and in one namespace."""

from __future__ import annotations

from charthouse.ports.totals import Holdings, RegistryTotals

from .test_ownership import robot
from .world import NOW, World


async def test_an_empty_registry(world: World) -> None:
    assert await world.store.totals.registry(NOW) == RegistryTotals(0, 0, 0, 0, 0)
    assert await world.store.totals.linked_bytes(0, 1000) == 0


async def test_everything_is_counted_once_and_nothing_that_is_gone(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await robot(world, alice, "alice+ci")
    await world.push_image("acme/app", alice, "layer", "v1", "v2")
    await world.push_image("alice/app", alice, "layer", "v1")
    old = await world.repository("acme/old", alice)
    await world.push_image("acme/old", alice, "layer", "v1")
    assert await world.store.repositories.delete(old)
    await world.store.accounts.set_enabled(await world.user("bob"), enabled=False)

    assert await world.store.totals.registry(NOW) == RegistryTotals(
        users=2, organizations=1, robots=1, repositories=2, tags=3
    )
    assert await world.store.totals.namespace(acme, NOW) == Holdings(repositories=1, tags=2, robots=0)
    assert await world.store.totals.namespace(alice, NOW) == Holdings(repositories=1, tags=1, robots=1)


async def test_bytes_by_repository(world: World) -> None:
    alice = await world.user("alice")
    digest = await world.push_blob("alice/app", alice, "layer")
    await world.push_blob("alice/app", alice, "other layer")
    await world.mount("alice/other", alice, digest, "alice/app")
    blobs = await world.store.collection.blobs(0, 10)
    linked = world.store.totals.linked_bytes
    assert await linked(blobs[0].blob_id, blobs[-1].blob_id) == 2 * len("layer") + len("other layer")
    assert await linked(blobs[-1].blob_id, blobs[-1].blob_id) == len("other layer")
