"""Leases and signing keys."""

from __future__ import annotations

import asyncio

import msgspec

from charthouse.ports.upkeep import SigningKey

from .world import NOW, World

KEY = SigningKey("kid-1", "public ☸", b"\x00private\xff", NOW, NOW + 100, NOW + 200)


async def test_lease_has_one_holder(world: World) -> None:
    here, there = world.harness.store.leases, world.harness.peer.leases
    assert await here.acquire("collection", "a", NOW, NOW + 100)
    assert not await there.acquire("collection", "b", NOW + 50, NOW + 150)
    assert await there.acquire("scrub", "b", NOW + 50, NOW + 150)
    assert await here.acquire("collection", "a", NOW + 60, NOW + 200)
    assert not await there.acquire("collection", "b", NOW + 199, NOW + 300)
    assert await there.acquire("collection", "b", NOW + 200, NOW + 300)
    assert not await here.acquire("collection", "a", NOW + 201, NOW + 300)


async def test_released_lease_is_free(world: World) -> None:
    leases = world.store.leases
    await leases.acquire("collection", "a", NOW, NOW + 100)
    await leases.release("collection", "b")
    assert not await leases.acquire("collection", "b", NOW, NOW + 100)
    await leases.release("collection", "a")
    await leases.release("collection", "a")
    assert await leases.acquire("collection", "b", NOW, NOW + 100)


async def test_one_of_many_gets_the_lease(world: World) -> None:
    stores = [world.harness.store, world.harness.peer]
    won = await asyncio.gather(
        *(stores[n % 2].leases.acquire("collection", f"h{n}", NOW, NOW + 100) for n in range(10))
    )
    assert sum(won) == 1


async def test_keys_newest_first(world: World) -> None:
    newer = msgspec.structs.replace(KEY, kid="kid-2", created_ms=NOW + 10)
    keys = world.store.signing_keys
    assert await keys.add(KEY, NOW - 1)
    assert await keys.add(newer, NOW)
    assert await world.harness.peer.signing_keys.all() == [newer, KEY]


async def test_key_is_not_added_beside_a_newer_one(world: World) -> None:
    keys = world.store.signing_keys
    assert await keys.add(KEY, NOW - 1)
    other = msgspec.structs.replace(KEY, kid="kid-2")
    assert not await keys.add(other, NOW - 1)
    assert await keys.all() == [KEY]


async def test_one_of_many_replicas_makes_the_key(world: World) -> None:
    stores = [world.harness.store, world.harness.peer]
    keys = [msgspec.structs.replace(KEY, kid=f"kid-{number}") for number in range(8)]
    made = await asyncio.gather(*(stores[n % 2].signing_keys.add(key, NOW - 1) for n, key in enumerate(keys)))
    assert sum(made) == 1


async def test_expired_keys_go(world: World) -> None:
    keys = world.store.signing_keys
    await keys.add(KEY, NOW - 1)
    assert await keys.remove_expired(KEY.expires_ms - 1) == 0
    assert await keys.remove_expired(KEY.expires_ms) == 1
    assert await keys.all() == []


async def test_check(world: World) -> None:
    await world.store.check()
