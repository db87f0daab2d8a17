"""Keys of other issuers in memory: how often they are asked for, and what is believed meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from charthouse.ports.issuers import IssuerUnusable, JsonWebKey
from charthouse.services.identity.issuer_keys import FRESH_MS, RENEW_MS, RETRY_MS, STALE_MS, IssuerKeys
from tests.support.clock import ManualClock

ONE, OTHER = "https://one.example.com", "https://other.example.com"


class Network:
    """Issuers that a test writes down, and how often each was asked."""

    def __init__(self) -> None:
        self.published: dict[str, list[str]] = {ONE: ["a"], OTHER: ["b"]}
        self.asked: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()

    async def keys(self, issuer: str) -> Sequence[JsonWebKey]:
        self.asked[issuer] += 1
        await self.gate.wait()
        if issuer not in self.published:
            raise IssuerUnusable("it is gone")
        return [JsonWebKey("RSA", kid, n=issuer) for kid in self.published[issuer]]


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def keys(network: Network, clock: ManualClock) -> IssuerKeys:
    return IssuerKeys(network, clock, capacity=10)


async def test_keys_are_asked_for_once(keys: IssuerKeys, network: Network) -> None:
    for _ in range(5):
        assert [key.kid for key in await keys.find(ONE, "a")] == ["a"]
    assert network.asked == {ONE: 1}


async def test_a_key_belongs_to_its_issuer(keys: IssuerKeys) -> None:
    """CVE-2025-24976's class: a key of one issuer proves nothing about another's tokens."""
    assert await keys.find(OTHER, "b")
    assert await keys.find(ONE, "b") == []
    assert [key.n for key in await keys.find(OTHER, "")] == [OTHER]


async def test_a_new_key_is_found(keys: IssuerKeys, network: Network, clock: ManualClock) -> None:
    assert await keys.find(ONE, "new") == []
    network.published[ONE] = ["new"]
    clock.advance(RENEW_MS / 1000 - 1)
    assert await keys.find(ONE, "new") == []
    assert network.asked[ONE] == 1, "not so soon"
    clock.advance(1)
    assert await keys.find(ONE, "new")
    assert await keys.find(ONE, "a") == [], "what is no longer published is not believed"
    assert network.asked[ONE] == 2


async def test_made_up_keys_cause_no_storm(keys: IssuerKeys, network: Network, clock: ManualClock) -> None:
    for second in range(300):
        await asyncio.gather(*(keys.find(ONE, f"{second}-{number}") for number in range(5)))
        clock.advance(1)
    assert network.asked[ONE] <= 300 * 1000 // RENEW_MS + 1


async def test_all_wait_for_one_question(keys: IssuerKeys, network: Network) -> None:
    network.gate.clear()
    waiting = [asyncio.create_task(keys.find(ONE, "a")) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    network.gate.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(isinstance(keys, list) and keys for keys in found[1:])
    assert network.asked[ONE] == 1


async def test_a_slow_issuer_holds_up_no_other(keys: IssuerKeys, network: Network) -> None:
    assert await keys.find(OTHER, "b")
    network.gate.clear()
    waiting = asyncio.create_task(keys.find(ONE, "a"))
    assert await keys.find(OTHER, "b")
    network.gate.set()
    assert await waiting


async def test_keys_do_not_stay_fresh(keys: IssuerKeys, network: Network, clock: ManualClock) -> None:
    await keys.find(ONE, "a")
    network.published[ONE] = ["b"]
    clock.advance(FRESH_MS / 1000)
    assert await keys.find(ONE, "a") == []
    assert network.asked[ONE] == 2


async def test_an_issuer_that_is_away_for_a_while(
    keys: IssuerKeys, network: Network, clock: ManualClock
) -> None:
    await keys.find(ONE, "a")
    del network.published[ONE]
    clock.advance(FRESH_MS / 1000)
    assert await keys.find(ONE, "a")
    clock.advance((STALE_MS - FRESH_MS) / 1000)
    with pytest.raises(IssuerUnusable, match="it is gone"):
        await keys.find(ONE, "a")
    asked = network.asked[ONE]
    with pytest.raises(IssuerUnusable, match="it is gone"):
        await keys.find(ONE, "a")
    assert network.asked[ONE] == asked, "not again at once"
    network.published[ONE] = ["a"]
    clock.advance(RETRY_MS / 1000)
    assert await keys.find(ONE, "a")


async def test_memory_is_bounded(keys: IssuerKeys, network: Network) -> None:
    for number in range(30):
        with pytest.raises(IssuerUnusable):
            await keys.find(f"https://{number}.example.com", "a")
    assert len(keys._known) == 10
