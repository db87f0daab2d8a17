"""Floods of logins: they must not fill memory, make the registry forget who guessed, or keep others out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from charthouse.model.errors import TooManyRequests, Unauthorized
from charthouse.services.identity.logins import CHECKS, CHECKS_A_NETWORK
from charthouse.services.identity.passwords import MAXIMUM_LENGTH
from tests.unit.identity.conftest import PASSWORD, World

PEER, OTHER = "192.0.2.1", "198.51.100.1"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.passwords.close()


async def _refused(world: World, name: str, password: str, peer: str = PEER) -> type[Exception]:
    with pytest.raises((Unauthorized, TooManyRequests)) as refusal:
        await world.credentials.verify(name, password, peer)
    return refusal.type


async def test_names_of_any_length_are_not_kept(world: World) -> None:
    for number in range(20):
        await _refused(world, f"{number}" + "x" * 300_000, "wrong-password")
        world.clock.advance(61)
    kept = sum(len(name) for _, name in world.throttle._failures)
    assert kept < 10_000


@pytest.mark.parametrize("length", [MAXIMUM_LENGTH + 1, 300_000])
async def test_passwords_that_nobody_has_do_not_push_guesses_out(world: World, length: int) -> None:
    """They cost no work to refuse: counted as guesses, ten thousand of them would free a guesser of its delay."""
    await world.users.create_user("alice", PASSWORD, "")
    world.throttle._capacity = 5
    await _refused(world, "alice", "wrong-password")
    for number in range(10):
        assert await _refused(world, f"nobody{number}", "x" * length) is Unauthorized
    assert await _refused(world, "alice", "wrong-again") is TooManyRequests


async def test_what_does_not_fit_is_no_guess(world: World) -> None:
    """Of a flood from one network a part is checked; the rest is refused at once and counts for nothing."""
    await world.users.create_user("alice", PASSWORD, "")
    names = [f"nobody{number}" for number in range(3 * CHECKS)]
    flood = [asyncio.create_task(_refused(world, name, "wrong-password")) for name in names]
    await asyncio.sleep(0)
    assert (await world.credentials.verify("alice", PASSWORD, OTHER)).name == "alice"
    kinds = await asyncio.gather(*flood)
    assert kinds.count(Unauthorized) == CHECKS_A_NETWORK
    assert kinds.count(TooManyRequests) == len(names) - CHECKS_A_NETWORK
    assert len(world.throttle._failures) == CHECKS_A_NETWORK
    assert not world.logins._checks
    assert not world.logins._running


async def test_one_network_is_one_whatever_its_address(world: World) -> None:
    peers = [f"2001:db8::{number:x}" for number in range(2 * CHECKS_A_NETWORK)]
    kinds = await asyncio.gather(
        *(_refused(world, f"nobody{number}", "wrong-password", peer) for number, peer in enumerate(peers))
    )
    assert kinds.count(Unauthorized) == CHECKS_A_NETWORK


async def test_many_networks_share_what_there_is(world: World) -> None:
    kinds = await asyncio.gather(
        *(
            _refused(world, f"nobody{number}", "wrong-password", f"192.0.2.{number}")
            for number in range(2 * CHECKS)
        )
    )
    assert kinds.count(Unauthorized) == CHECKS
    assert len(world.throttle._failures) == CHECKS
