"""Signing keys: one for all replicas, replaced in good time, trusted for being in the store."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.errors import Unavailable
from charthouse.services.identity.keyring import KeyRing, load_key, make_key
from tests.support.clock import ManualClock
from tests.support.memory_accounts import MemorySigningKeys

DAY = 86_400
LONGEST_TOKEN = 7 * DAY


def ring(store: MemorySigningKeys, clock: ManualClock) -> KeyRing:
    return KeyRing(store, clock, token_seconds=LONGEST_TOKEN)


async def test_the_first_use_makes_a_key() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    keys = ring(store, clock)
    signer = await keys.signer()
    assert [key.kid for key in store.keys] == [signer.kid]
    assert await keys.verifier(signer.kid) == signer.private.public_key()
    assert (await ring(store, clock).signer()).kid == signer.kid


async def test_replicas_that_start_at_once_agree() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    signers = await asyncio.gather(*(ring(store, clock).signer() for _ in range(10)))
    assert len(store.keys) == 1
    assert {signer.kid for signer in signers} == {store.keys[0].kid}


async def test_rotation_cuts_nothing_off() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    keys, replica = ring(store, clock), ring(store, clock)
    old = (await keys.signer()).kid
    await replica.signer()

    clock.advance(29 * DAY)  # the next key is there, and does not sign yet
    assert (await keys.signer()).kid == old
    assert len(store.keys) == 2
    clock.advance(DAY - 1)
    assert (await replica.signer()).kid == old

    clock.advance(1)
    new = (await keys.signer()).kid
    assert new != old
    assert (await replica.signer()).kid == new
    assert await keys.verifier(old) is not None

    clock.advance(LONGEST_TOKEN - 1)
    assert await keys.verifier(old) is not None
    clock.advance(1)
    assert await keys.verifier(old) is None
    assert await keys.verifier(new) is not None


async def test_after_a_long_sleep_a_new_key_is_made_and_old_ones_go() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    old = (await ring(store, clock).signer()).kid
    clock.advance(365 * DAY)
    new = (await ring(store, clock).signer()).kid
    assert [key.kid for key in store.keys] == [new]
    assert new != old


async def test_another_replicas_new_key_is_found() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    keys = ring(store, clock)
    await keys.signer()
    made = make_key(clock.now_ms(), clock.now_ms() + 1000, clock.now_ms() + 2000)
    store.keys.append(made)
    assert await keys.verifier(made.kid) is not None


async def test_unknown_keys_ask_the_store_once_in_five_seconds() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    keys = ring(store, clock)
    await keys.signer()
    before = store.reads
    for number in range(100):
        assert await keys.verifier(f"unknown-{number}") is None
    assert store.reads == before + 1
    clock.advance(5)
    assert await keys.verifier("unknown") is None
    assert store.reads == before + 2


async def test_known_keys_serve_while_the_store_is_away() -> None:
    store, clock = MemorySigningKeys(), ManualClock()
    keys = ring(store, clock)
    kid = (await keys.signer()).kid
    store.reachable = False
    clock.advance(DAY)
    assert (await keys.signer()).kid == kid
    assert await keys.verifier(kid) is not None
    with pytest.raises(Unavailable):
        await ring(store, clock).signer()


def test_a_stored_key_must_be_what_it_is_called() -> None:
    one, other = make_key(1, 2, 3), make_key(1, 2, 3)
    assert load_key(one).kid == one.kid
    with pytest.raises(ValueError, match="does not hold"):
        load_key(msgspec.structs.replace(one, private_key=other.private_key))
