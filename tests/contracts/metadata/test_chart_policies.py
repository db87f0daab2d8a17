"""What namespaces ask of charts: one policy each, gone with its namespace."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from charthouse.engines.metadata.tables import chart_policy
from charthouse.model.errors import NotFound
from charthouse.ports.chart_policies import NO_POLICY, ChartPolicy, FindingSeverity, LintAction

from .world import World

STRICT = ChartPolicy(LintAction.REFUSE, FindingSeverity.INFO, ("missing-icon", "readme"))


async def _rows(world: World) -> int:
    query = select(func.count()).select_from(chart_policy)
    return await world.harness.tables(lambda connection: connection.execute(query).scalar_one())


async def test_nothing_is_asked_until_somebody_says_so(world: World) -> None:
    alice = await world.user("alice")
    assert await world.store.chart_policies.get(alice) == NO_POLICY
    assert await world.store.chart_policies.of("alice") == NO_POLICY
    assert await world.store.chart_policies.of("nobody") == NO_POLICY


async def test_a_policy_is_one_namespaces(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    policies = world.store.chart_policies
    await policies.put(alice, STRICT)
    assert await policies.get(alice) == STRICT
    assert await policies.of("alice") == STRICT
    assert await policies.get(bob) == NO_POLICY
    assert await policies.of("bob") == NO_POLICY


async def test_a_policy_replaces_the_one_before(world: World) -> None:
    alice = await world.user("alice")
    policies = world.store.chart_policies
    await policies.put(alice, STRICT)
    await policies.put(alice, ChartPolicy(LintAction.WARN))
    assert await policies.of("alice") == ChartPolicy(LintAction.WARN)
    await policies.put(alice, NO_POLICY)
    assert await policies.of("alice") == NO_POLICY
    assert await _rows(world) == 0


async def test_of_many_at_once_one_stays(world: World) -> None:
    alice = await world.user("alice")
    policies = world.store.chart_policies
    wishes = [ChartPolicy(LintAction.WARN, exempt=(f"rule-{n}",)) for n in range(8)]
    await asyncio.gather(*(policies.put(alice, wish) for wish in wishes))
    assert await policies.get(alice) in wishes
    assert await _rows(world) == 1


async def test_a_policy_goes_with_its_namespace(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await world.store.chart_policies.put(acme, STRICT)
    assert await world.store.namespaces.delete(acme)
    assert await _rows(world) == 0
    with pytest.raises(NotFound):
        await world.store.chart_policies.put(acme, STRICT)
    await world.organization("acme", alice)
    assert await world.store.chart_policies.of("acme") == NO_POLICY
