"""When accounts and tokens were last used."""

from __future__ import annotations

import asyncio

from .world import NOW, World


async def test_the_latest_use_is_kept(world: World) -> None:
    log = world.store.last_uses
    await log.record({"account:1": NOW, "token:a": NOW + 1})
    await log.record({"account:1": NOW + 5, "token:a": NOW})
    assert await log.of(["account:1", "token:a", "account:2"]) == {"account:1": NOW + 5, "token:a": NOW + 1}


async def test_nothing_is_asked_and_nothing_told(world: World) -> None:
    log = world.store.last_uses
    await log.record({})
    await log.forget([])
    assert await log.of([]) == {}


async def test_many_at_once(world: World) -> None:
    log = world.store.last_uses
    uses = {f"account:{number}": NOW + number for number in range(1201)}
    await log.record(uses)
    assert await log.of(list(uses)) == uses
    await log.forget(list(uses))
    assert await log.of(list(uses)) == {}


async def test_what_was_used_long_ago_is_forgotten(world: World) -> None:
    log = world.store.last_uses
    await log.record({"session:a": NOW, "session:b": NOW + 1, "account:1": NOW})
    assert await log.forget_older("session:", NOW + 1) == 1
    assert await log.of(["session:a", "session:b", "account:1"]) == {"session:b": NOW + 1, "account:1": NOW}
    assert await log.forget_older("session:", NOW) == 0


async def test_several_writers(world: World) -> None:
    subjects = [f"account:{number}" for number in range(50)]
    logs = [world.harness.store.last_uses, world.harness.peer.last_uses] * 5
    await asyncio.gather(
        *(
            log.record(dict.fromkeys(subjects if turn % 2 else reversed(subjects), NOW + turn))
            for turn, log in enumerate(logs)
        )
    )
    assert await world.store.last_uses.of(subjects) == dict.fromkeys(subjects, NOW + 9)
