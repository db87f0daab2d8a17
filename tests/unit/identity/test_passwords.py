"""The password rule, and hashing that stays bounded and gives nothing away."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import bcrypt
import pytest

from charthouse.model.errors import InvalidRequest, TooManyRequests
from charthouse.services.identity.passwords import Passwords, check_password

QUAY_TEXT = "Invalid password, password must be at least 8 characters and contain no whitespace."


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(threads=1, waiting=1, memory_kib=8, passes=1)
    yield made
    made.close()


@pytest.mark.parametrize(
    "password", ["", "seven77", "with space 1", "tab\tinside1", "new\nline12", "thin\u2009space"]
)
def test_the_rule_refuses_with_quays_text(password: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        check_password(password)
    assert refusal.value.message == QUAY_TEXT


def test_the_rule_refuses_what_is_endless() -> None:
    with pytest.raises(InvalidRequest):
        check_password("x" * 1025)
    check_password("x" * 1024)
    check_password("eight888")


async def test_a_hash_verifies_its_password_only(passwords: Passwords) -> None:
    kept = await passwords.hash("correct-horse")
    assert kept.startswith("$argon2id$")
    assert kept != await passwords.hash("correct-horse")
    assert await passwords.verify("correct-horse", kept)
    assert not await passwords.verify("correct-horsE", kept)


async def test_default_costs_are_owasps() -> None:
    default = Passwords()
    try:
        assert (await default.hash("correct-horse")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    finally:
        default.close()


async def test_no_hash_means_the_same_work_and_a_refusal(passwords: Passwords) -> None:
    assert not await passwords.verify("correct-horse", "")
    # The stand-in is well-formed: argon2 computes it rather than refusing it at sight.
    assert passwords._hasher.check_needs_rehash(passwords._unmatched) is False


async def test_what_is_no_hash_matches_nothing(passwords: Passwords) -> None:
    assert not await passwords.verify("correct-horse", "not a hash")
    assert not await passwords.verify("x" * 1025, await passwords.hash("x" * 1024))


async def test_the_queue_is_bounded_and_recovers(passwords: Passwords) -> None:
    answers = await asyncio.gather(
        *(passwords.hash("correct-horse") for _ in range(10)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, TooManyRequests)]
    assert len(refused) == 8
    assert refused[0].retry_after == 1
    assert await passwords.hash("correct-horse")


async def test_a_caller_that_goes_away_keeps_its_place_until_the_work_is_done(passwords: Passwords) -> None:
    go_on = threading.Event()
    caller = asyncio.create_task(passwords._run(go_on.wait))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert passwords._pending == 1
    go_on.set()
    assert await passwords.hash("correct-horse")  # one thread: it runs after the abandoned one
    assert passwords._pending == 0


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
async def test_a_hash_of_quays_verifies_its_password_only(passwords: Passwords, prefix: bytes) -> None:
    kept = bcrypt.hashpw(b"correct-horse", bcrypt.gensalt(4, prefix)).decode()
    assert passwords.is_outdated(kept)
    assert await passwords.verify("correct-horse", kept)
    assert not await passwords.verify("correct-horsE", kept)
    assert not passwords.is_outdated(await passwords.hash("correct-horse"))


async def test_quay_looked_at_72_bytes(passwords: Passwords) -> None:
    kept = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert await passwords.verify("x" * 72 + "and more", kept)
    assert not await passwords.verify("x" * 71, kept)


@pytest.mark.parametrize(
    "broken", ["$2b$", "$2b$12$short", "$2b$99$" + "a" * 53, "$2x$04$" + "a" * 53, "plain"]
)
async def test_a_broken_hash_is_nobodys(passwords: Passwords, broken: str) -> None:
    assert not await passwords.verify("correct-horse", broken)


async def test_hashes_of_other_costs_are_outdated(passwords: Passwords) -> None:
    other = Passwords(memory_kib=16, passes=1)
    try:
        assert passwords.is_outdated(await other.hash("correct-horse"))
    finally:
        other.close()


async def test_a_refusal_does_not_tell_by_its_time_which_hash_there_is(passwords: Passwords) -> None:
    """Once a slow hash of Quay's was checked, who is unknown is refused no faster."""
    quays = bcrypt.hashpw(b"correct-horse", bcrypt.gensalt(9)).decode()
    own = await passwords.hash("correct-horse")
    started = time.monotonic()
    assert not await passwords.verify("wrong-password", quays)
    slow = time.monotonic() - started
    for kept in ("", own):
        started = time.monotonic()
        assert not await passwords.verify("wrong-password", kept)
        assert time.monotonic() - started > slow * 0.8
    started = time.monotonic()
    assert await passwords.verify("correct-horse", own)
    assert time.monotonic() - started < slow * 0.8, "whoever knows the password need not wait"
