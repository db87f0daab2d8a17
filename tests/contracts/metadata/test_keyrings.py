"""Keys whose signatures namespaces trust."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.errors import NotFound
from charthouse.ports.keyrings import KeyringKey
from charthouse.ports.openpgp import Certificate

from .world import NOW, World

CERTIFICATE = Certificate("A" * 40, ("Ada <ada@example.com>", "grüße ☸ \0"), 1000, None, False, b"\0\xff")
KEY = KeyringKey(CERTIFICATE, NOW, "ada")


def other(fingerprint: str, **changes: object) -> KeyringKey:
    return KeyringKey(
        msgspec.structs.replace(CERTIFICATE, fingerprint=fingerprint, **changes), NOW + 1, "acme+bot"
    )


async def test_keys_are_kept_by_fingerprint(world: World) -> None:
    keyrings = world.store.keyrings
    ada = await world.user("ada")
    acme = await world.organization("acme", ada)
    second = other("0" * 64, expires_ms=NOW, revoked=True, user_ids=())
    assert await keyrings.put(acme, [KEY, second], 10)
    assert await keyrings.keys(acme) == [second, KEY]
    assert await keyrings.keys(ada) == []
    repository = await world.repository("acme/web", ada)
    assert await keyrings.of_repository(repository) == [second, KEY]
    assert await keyrings.of_repository(await world.repository("ada/web", ada)) == []


async def test_what_is_there_is_replaced(world: World) -> None:
    keyrings, ada = world.store.keyrings, await world.user("ada")
    await keyrings.put(ada, [KEY], 1)
    newer = other("A" * 40, expires_ms=NOW + 5, content=b"newer")
    assert await keyrings.put(ada, [newer, newer], 1)
    assert await keyrings.keys(ada) == [newer]


async def test_a_keyring_has_a_size(world: World) -> None:
    ada = await world.user("ada")
    keys = [other(f"{number:040}") for number in range(6)]
    assert not await world.store.keyrings.put(ada, keys, 5)
    assert await world.store.keyrings.keys(ada) == []
    stores = [world.harness.store, world.harness.peer] * 3
    put = await asyncio.gather(
        *(store.keyrings.put(ada, [key], 3) for store, key in zip(stores, keys, strict=True))
    )
    assert sum(put) == 3
    assert len(await world.store.keyrings.keys(ada)) == 3


async def test_removal(world: World) -> None:
    keyrings, ada = world.store.keyrings, await world.user("ada")
    eve = await world.user("eve")
    await keyrings.put(ada, [KEY], 1)
    assert not await keyrings.remove(eve, "A" * 40)
    assert not await keyrings.remove(ada, "a" * 40)
    assert await keyrings.remove(ada, "A" * 40)
    assert not await keyrings.remove(ada, "A" * 40)
    assert await keyrings.keys(ada) == []


async def test_a_keyring_ends_with_its_namespace(world: World) -> None:
    keyrings, ada = world.store.keyrings, await world.user("ada")
    acme = await world.organization("acme", ada)
    await keyrings.put(acme, [KEY], 1)
    await world.store.namespaces.delete(acme)
    assert await keyrings.keys(acme) == []
    with pytest.raises(NotFound):
        await keyrings.put(acme, [KEY], 1)
