"""Totals that a job counts when somebody has asked."""

from __future__ import annotations

import asyncio

from charthouse.ports.measurements import Measurement

from .world import NOW, World


async def test_nothing_is_known_at_first(world: World) -> None:
    assert await world.store.measurements.get("size") is None


async def test_a_count_is_asked_for_once_and_kept(world: World) -> None:
    measurements = world.store.measurements
    assert await measurements.want("size")
    assert not await measurements.want("size")
    assert await measurements.get("size") == Measurement("size", 0, 0, wanted=True)
    await measurements.keep("size", 5 * 2**40, NOW)
    assert await measurements.get("size") == Measurement("size", 5 * 2**40, NOW, wanted=False)
    assert await measurements.want("size")
    assert await measurements.get("size") == Measurement("size", 5 * 2**40, NOW, wanted=True)


async def test_a_count_that_nobody_asked_for(world: World) -> None:
    await world.store.measurements.keep("other", 1, NOW)
    assert await world.store.measurements.get("other") == Measurement("other", 1, NOW, wanted=False)


async def test_of_many_that_ask_at_once_one_is_first(world: World) -> None:
    stores = [world.harness.store, world.harness.peer] * 3
    asked = await asyncio.gather(*(store.measurements.want("size") for store in stores))
    assert asked.count(True) == 1
