"""What superusers tell everybody."""

from __future__ import annotations

import asyncio

from charthouse.ports.messages import Message

from .world import NOW, World


def message(number: int) -> Message:
    return Message(f"uuid-{number}", f"text {number} ☸", "info", "text/plain", NOW + number)


async def test_newest_comes_first(world: World) -> None:
    log = world.store.messages
    for number in range(3):
        assert await log.add(message(number), 10)
    assert await log.newest(10) == [message(2), message(1), message(0)]
    assert await log.newest(1) == [message(2)]


async def test_there_are_never_more_than_allowed(world: World) -> None:
    stores = [world.harness.store, world.harness.peer] * 3
    added = await asyncio.gather(
        *(store.messages.add(message(number), 2) for number, store in enumerate(stores))
    )
    assert sum(added) == 2
    assert len(await world.store.messages.newest(10)) == 2


async def test_removed_is_gone(world: World) -> None:
    log = world.store.messages
    await log.add(message(1), 10)
    assert await log.remove("uuid-1")
    assert not await log.remove("uuid-1")
    assert await log.newest(10) == []
