"""Names and passwords: what is believed, what is remembered, what is refused."""

from __future__ import annotations

import asyncio
import base64

import msgspec
import pytest

from charthouse.model.errors import TooManyRequests, Unauthorized
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.credentials.basic import parse_basic
from charthouse.services.identity.credentials.dispatch import Credentials
from charthouse.services.identity.credentials.people import PersonalCredentials

from .conftest import PASSWORD, World

PEER = "192.0.2.1"


async def test_the_right_password(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    assert (await world.credentials.verify("alice", PASSWORD, PEER)).account_id == alice.account_id


async def test_the_encrypted_password(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    await world.users.create_user("mallory", PASSWORD, "")
    sealed = world.sealer.seal(PASSWORD, "alice")
    assert (await world.credentials.verify("alice", sealed, PEER)).account_id == alice.account_id
    with pytest.raises(Unauthorized):
        await world.credentials.verify("mallory", sealed, PEER)


@pytest.mark.parametrize("name", ["alice", "nobody", "acme", "", "a\0b", "Älice", "$app", "a" * 5000])
async def test_all_refusals_are_alike(world: World, name: str) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    await world.users.create_organization("acme", "", alice)
    before = world.passwords.checks
    with pytest.raises(Unauthorized) as refusal:
        await world.credentials.verify(name, "wrong-password", PEER)
    assert refusal.value.message == "Invalid Username or Password: log in again"
    assert world.passwords.checks == before + 1  # the same work for every name


async def test_a_disabled_user_is_told_so_only_with_the_right_password(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    await world.accounts.set_enabled(alice.account_id, False)
    with pytest.raises(Unauthorized, match="disabled"):
        await world.credentials.verify("alice", PASSWORD, PEER)
    with pytest.raises(Unauthorized, match="Invalid"):
        await world.credentials.verify("alice", "wrong-password", PEER)


async def test_a_right_password_is_checked_once_a_minute(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    for _ in range(3):
        await world.credentials.verify("alice", PASSWORD, PEER)
    assert world.passwords.checks == 1
    world.clock.advance(60)
    await world.credentials.verify("alice", PASSWORD, PEER)
    assert world.passwords.checks == 2


async def test_requests_at_the_same_moment_share_a_check(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    await asyncio.gather(*(world.credentials.verify("alice", PASSWORD, PEER) for _ in range(50)))
    assert world.passwords.checks == 1


async def test_a_shared_check_outlives_the_caller_that_began_it(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    first = asyncio.create_task(world.credentials.verify("alice", PASSWORD, PEER))
    await asyncio.sleep(0)
    second = asyncio.create_task(world.credentials.verify("alice", PASSWORD, PEER))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).name == "alice"


async def test_nothing_remembered_survives_a_change_of_password(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    await world.credentials.verify("alice", PASSWORD, PEER)
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice", "the-next-one", PEER)
    world.clock.advance(1)
    await world.accounts.set_password(alice.account_id, await world.passwords.hash("the-next-one"))
    assert (await world.credentials.verify("alice", "the-next-one", PEER)).epoch == alice.epoch + 1
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice", PASSWORD, PEER)


async def test_a_name_refused_before_may_log_in_once_it_exists(world: World) -> None:
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice", PASSWORD, PEER)
    world.clock.advance(1)
    await world.users.create_user("alice", PASSWORD, "")
    assert await world.credentials.verify("alice", PASSWORD, PEER)


async def test_guessing_is_slowed_down_even_for_the_right_password(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice", "wrong-password", PEER)
    with pytest.raises(TooManyRequests) as refusal:
        await world.credentials.verify("alice", PASSWORD, PEER)
    assert refusal.value.retry_after == 1
    assert await world.credentials.verify("alice", PASSWORD, "192.0.2.2")
    world.clock.advance(0.5)
    assert await world.credentials.verify("alice", PASSWORD, PEER)


async def test_guesses_at_the_same_moment_wait_for_each_other(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    answers = await asyncio.gather(
        *(world.credentials.verify("alice", f"wrong-password-{n}", PEER) for n in range(20)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Unauthorized) for answer in answers) == 1
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 19


async def test_one_wrong_password_again_and_again_is_one_guess(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    for _ in range(100):
        with pytest.raises(Unauthorized):
            await world.credentials.verify("alice", "wrong-password", PEER)
    assert world.passwords.checks == 1


async def test_what_was_right_stays_right_beside_guesses_from_the_same_address(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    await world.credentials.verify("alice", PASSWORD, PEER)
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice", "wrong-password", PEER)
    assert await world.credentials.verify("alice", PASSWORD, PEER)


async def test_memory_is_bounded_and_holds_no_password(world: World) -> None:
    world.logins._capacity = 3
    for number in range(10):
        with pytest.raises(Unauthorized):
            await world.credentials.verify(f"user{number}", "wrong-password", PEER)
    assert len(world.logins._verdicts) == 3
    assert not world.logins._checks
    assert "wrong-password" not in repr(vars(world.credentials))


def basic(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


def test_basic_is_read() -> None:
    assert parse_basic("Basic " + basic("alice:pass:word")) == ("alice", "pass:word")
    assert parse_basic("basic  " + basic("ålice:pässwörd")) == ("ålice", "pässwörd")
    assert parse_basic("Bearer abc") is None
    assert parse_basic("") is None


@pytest.mark.parametrize("encoded", ["", "%%%", basic("no colon"), basic(b"\xff\xfe:x"), "ä"])
def test_basic_that_is_none(encoded: str) -> None:
    with pytest.raises(Unauthorized):
        parse_basic(f"Basic {encoded}")


async def test_login_by_address(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "alice@example.com")
    assert (await world.credentials.verify("alice@example.com", PASSWORD, PEER)).name == "alice"
    sealed = world.sealer.seal(PASSWORD, "alice")
    actor = await world.credentials.verify("alice@example.com", sealed, PEER)
    assert actor.account_id == alice.account_id
    with pytest.raises(Unauthorized):
        await world.credentials.verify("alice@example.com", "wrong-password", PEER)


async def test_a_verdict_does_not_pass_to_another_account_with_the_address(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "shared@example.com")
    await world.users.create_user("bob", "battery-staple", "shared@example.com")
    await world.credentials.verify("shared@example.com", PASSWORD, PEER)
    world.accounts._accounts[alice.account_id] = msgspec.structs.replace(alice, email="")
    with pytest.raises(Unauthorized):
        await world.credentials.verify("shared@example.com", PASSWORD, PEER)


async def test_only_encrypted_passwords_where_that_is_asked(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    strict = Credentials([], PersonalCredentials(world.logins, Standings(), world.uses, encrypted_only=True))
    assert await strict.verify("alice", world.sealer.seal(PASSWORD, "alice"), PEER)
    before = world.passwords.checks
    for name, password in (("alice", PASSWORD), ("alice", "wrong-password"), ("nobody", PASSWORD)):
        with pytest.raises(Unauthorized, match="unencrypted passwords is disabled"):
            await strict.verify(name, password, PEER)
    assert world.passwords.checks == before, "not even a right one is looked at"
