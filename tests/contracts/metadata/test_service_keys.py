"""Public keys of services."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.errors import AlreadyExists
from charthouse.ports.service_keys import ServiceKey, ServiceKeyChange

from .world import NOW, World

KEY = ServiceKey("kid-1", "clair", "a name ☸", '{"kty":"EC"}', "{}", NOW, NOW + 1000, 60, '{"by":"root"}')
WAITING = msgspec.structs.replace(KEY, kid="kid-2", approval="", expires_ms=None, rotation_s=None)


async def test_a_key_is_kept(world: World) -> None:
    keys = world.store.service_keys
    assert await keys.get("kid-1") is None
    assert await keys.add(KEY, 0)
    assert await keys.get("kid-1") == KEY
    assert await keys.get("KID-1") is None
    assert await keys.get("kid\0☸") is None
    with pytest.raises(AlreadyExists):
        await keys.add(msgspec.structs.replace(KEY, service="other"), 10)
    assert await keys.all(10) == [KEY]


async def test_only_so_many_wait_for_approval(world: World) -> None:
    stores = [world.harness.store, world.harness.peer] * 3
    added = await asyncio.gather(
        *(
            store.service_keys.add(msgspec.structs.replace(WAITING, kid=f"kid-{number}"), 2)
            for number, store in enumerate(stores)
        )
    )
    assert sum(added) == 2
    assert await world.store.service_keys.add(msgspec.structs.replace(KEY, kid="approved"), 0)


async def test_usable_are_the_approved_and_current(world: World) -> None:
    keys = world.store.service_keys
    lasting = msgspec.structs.replace(KEY, kid="kid-3", expires_ms=None)
    for key in (KEY, WAITING, lasting, msgspec.structs.replace(KEY, kid="kid-4", service="other")):
        await keys.add(key, 10)
    assert await keys.usable("clair", NOW) == [KEY, lasting]
    assert await keys.usable("clair", NOW + 1000) == [lasting]
    assert await keys.usable("nobody", NOW) == []


async def test_approval_comes_once(world: World) -> None:
    keys = world.store.service_keys
    await keys.add(WAITING, 10)
    assert await keys.approve("kid-2", "first")
    assert await keys.approve("kid-2", "second")
    found = await keys.get("kid-2")
    assert found is not None
    assert found.approval == "first"
    assert not await keys.approve("nothing", "first")


async def test_change(world: World) -> None:
    keys = world.store.service_keys
    await keys.add(KEY, 10)
    assert await keys.change("kid-1", ServiceKeyChange())
    assert await keys.get("kid-1") == KEY
    assert await keys.change("kid-1", ServiceKeyChange(name="new", expires_ms=None, metadata='{"a":1}'))
    changed = msgspec.structs.replace(KEY, name="new", expires_ms=None, metadata='{"a":1}')
    assert await keys.get("kid-1") == changed
    assert not await keys.change("nothing", ServiceKeyChange(name="new"))


async def test_one_takes_the_place_of_another(world: World) -> None:
    keys = world.store.service_keys
    await keys.add(KEY, 10)
    await keys.add(WAITING, 10)
    new = msgspec.structs.replace(KEY, kid="kid-9")
    with pytest.raises(AlreadyExists):
        await keys.replace("kid-1", msgspec.structs.replace(KEY, kid="kid-2"))
    assert await keys.replace("kid-1", new)
    assert not await keys.replace("kid-1", msgspec.structs.replace(KEY, kid="kid-10"))
    assert {key.kid for key in await keys.all(10)} == {"kid-2", "kid-9"}


async def test_removal(world: World) -> None:
    keys = world.store.service_keys
    for key in (KEY, WAITING, msgspec.structs.replace(KEY, kid="lasting", expires_ms=None)):
        await keys.add(key, 10)
    assert await keys.remove_stale(NOW, NOW + 1000) == 0
    assert await keys.remove_stale(NOW + 1, NOW + 1000) == 1
    assert await keys.remove_stale(NOW, NOW + 1001) == 1
    assert [key.kid for key in await keys.all(10)] == ["lasting"]
    assert await keys.remove("lasting")
    assert not await keys.remove("lasting")
