"""Many writers at the same rows, from two processes: nothing is lost, and nothing is left behind."""

from __future__ import annotations

import asyncio

from charthouse.ports.upkeep import Garbage, Terms

from .test_collection import collect
from .world import NOW, World, blob_digest, image, put_command

APP = "alice/app"
ROUNDS = range(12)


async def test_last_tags_deleted_at_once(world: World) -> None:
    """Of two that take a tag each, one must see that it took the last."""
    alice = await world.user("alice")
    for number in ROUNDS:
        await world.push_image(APP, alice, f"layer {number}", f"a{number}", f"b{number}")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    here, there = world.harness.store.manifests, world.harness.peer.manifests
    await asyncio.gather(
        *(here.delete_tag(repository_id, f"a{number}", NOW) for number in ROUNDS),
        *(there.delete_tag(repository_id, f"b{number}", NOW) for number in ROUNDS),
    )
    assert (await collect(world)).manifests == len(ROUNDS)


async def test_last_links_dropped_at_once(world: World) -> None:
    alice = await world.user("alice")
    for number in ROUNDS:
        for path in (APP, "alice/other"):
            await world.push_blob(path, alice, f"layer {number}")
    ids = [(await world.reads.access(alice, path)).repository_id for path in (APP, "alice/other")]
    stores = [world.harness.store, world.harness.peer]
    await asyncio.gather(
        *(
            store.blobs.unlink(repository_id, blob_digest(f"layer {number}"))
            for store, repository_id in zip(stores, ids, strict=True)
            for number in ROUNDS
        )
    )
    assert (await collect(world)).blobs == len(ROUNDS)


async def test_tags_moved_in_a_ring(world: World) -> None:
    alice = await world.user("alice")
    digests = [await world.push_image(APP, alice, f"layer {number}") for number in range(3)]
    stores = [world.harness.store, world.harness.peer]
    commands = [
        put_command(APP, alice, image(f"layer {(number + step) % 3}"), f"t{number}")
        for step in range(4)
        for number in range(3)
    ]
    await asyncio.gather(*(stores[n % 2].manifests.put(command) for n, command in enumerate(commands)))
    for number in range(3):
        row = await world.reads.manifest(alice, APP, f"t{number}")
        assert row is not None
        assert row.digest in digests
    # what the tags point at now stays, whatever the order was
    await collect(world)
    for number in range(3):
        assert await world.reads.manifest(alice, APP, f"t{number}") is not None


async def test_deleting_and_tagging_one_manifest_at_once(world: World) -> None:
    """A live tag never points at a hidden manifest."""
    alice = await world.user("alice")
    await world.push_image(APP, alice, "layer", "v0")
    command = put_command(APP, alice, image("layer"), "v1")
    repository_id = (await world.reads.access(alice, APP)).repository_id
    for _ in ROUNDS:
        await asyncio.gather(
            world.harness.store.manifests.put(command),
            world.harness.peer.manifests.delete_manifest(repository_id, command.digest, NOW),
        )
        by_tag = await world.reads.manifest(alice, APP, "v1")
        by_digest = await world.reads.manifest(alice, APP, command.digest)
        assert by_tag is None or by_tag == by_digest


async def test_pushes_beside_collection(world: World) -> None:
    """Whatever collection finds unneeded, a push that was accepted is whole."""
    alice = await world.user("alice")
    later = NOW + 10**9

    async def push(number: int) -> None:
        await world.push_blob(APP, alice, f"layer {number}", until=later + 10**9)
        await world.push(APP, alice, image(f"layer {number}"), f"v{number}", now=later)

    async def sweep() -> None:
        for _ in range(5):
            await world.harness.peer.collection.sweep_manifests(Terms(later, 0, 0), 10)
            await world.harness.peer.collection.sweep_links(later, 10)
            await world.harness.peer.collection.sweep_blobs(later, 10)

    for number in ROUNDS:
        await world.push_image(APP, alice, f"old {number}")
    await asyncio.gather(sweep(), *(push(number) for number in ROUNDS))
    for number in ROUNDS:
        assert await world.reads.manifest(alice, APP, f"v{number}") is not None
        assert await world.reads.blob(alice, APP, blob_digest(f"layer {number}")) is not None
    while await world.store.collection.sweep_manifests(Terms(later, 0, 0), 10):
        pass
    assert await collect(world, now=later, before=later) != Garbage(manifests=1)
    assert len(await world.reads.tags(alice, APP)) == len(ROUNDS)
