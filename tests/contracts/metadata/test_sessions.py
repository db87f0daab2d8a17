"""Sessions."""

from __future__ import annotations

import msgspec

from charthouse.ports.sessions import Session

from .world import NOW, World

MANY = 100


def session(account_id: int, number: int = 1) -> Session:
    return Session(
        token_hash=f"{number:064x}",
        uuid=f"uuid-{number}",
        account_id=account_id,
        login_epoch=1,
        created_ms=NOW + number,
        verified_ms=NOW + number,
        expires_ms=NOW + 1000 + number,
        peer="192.0.2.1",
        user_agent="Mozilla/5.0 (☸)",
    )


async def test_a_session_is_found_by_its_hash(world: World) -> None:
    sessions = world.store.sessions
    new = session(await world.user("alice"))
    await sessions.add(new, MANY)
    assert await sessions.by_hash(new.token_hash) == new
    assert await world.harness.peer.sessions.by_hash(new.token_hash) == new
    assert await sessions.by_hash("f" * 64) is None


async def test_sessions_of_an_account(world: World) -> None:
    sessions = world.store.sessions
    alice, bob = await world.user("alice"), await world.user("bob")
    for number, account_id in ((1, alice), (2, bob), (3, alice)):
        await sessions.add(session(account_id, number), MANY)
    assert await sessions.of(alice) == [session(alice, 3), session(alice, 1)]
    assert await sessions.of(0) == []


async def test_only_the_newest_are_left(world: World) -> None:
    sessions = world.store.sessions
    alice, bob = await world.user("alice"), await world.user("bob")
    await sessions.add(session(bob, 100), 1)
    for number in range(1, 8):
        await sessions.add(session(alice, number), 3)
    assert [found.uuid for found in await sessions.of(alice)] == ["uuid-7", "uuid-6", "uuid-5"]
    assert len(await sessions.of(bob)) == 1


async def test_a_session_is_changed_by_its_hash(world: World) -> None:
    sessions = world.store.sessions
    alice = await world.user("alice")
    await sessions.add(session(alice, 1), MANY)
    await sessions.add(session(alice, 2), MANY)
    await sessions.verified(session(alice, 1).token_hash, NOW + 50)
    await sessions.extend(session(alice, 1).token_hash, NOW + 9000)
    changed = msgspec.structs.replace(session(alice, 1), verified_ms=NOW + 50, expires_ms=NOW + 9000)
    assert await sessions.of(alice) == [session(alice, 2), changed]


async def test_nobody_ends_the_session_of_another(world: World) -> None:
    sessions = world.store.sessions
    alice, bob = await world.user("alice"), await world.user("bob")
    await sessions.add(session(alice), MANY)
    for account_id, uuid in ((bob, "uuid-1"), (alice, "uuid-2"), (alice, "é"), (alice, "a\0b"), (alice, "")):
        assert not await sessions.remove(account_id, uuid)
    assert await sessions.remove(alice, "uuid-1")
    assert not await sessions.remove(alice, "uuid-1")


async def test_all_of_an_account_end(world: World) -> None:
    sessions = world.store.sessions
    alice, bob = await world.user("alice"), await world.user("bob")
    for number, account_id in ((1, alice), (2, bob), (3, alice)):
        await sessions.add(session(account_id, number), MANY)
    assert await sessions.remove_all(alice) == 2
    assert await sessions.of(alice) == []
    assert len(await sessions.of(bob)) == 1


async def test_expired_ones_are_forgotten(world: World) -> None:
    sessions = world.store.sessions
    alice = await world.user("alice")
    for number in (1, 2, 3):
        await sessions.add(session(alice, number), MANY)
    assert await sessions.remove_expired(NOW + 1002) == 2
    assert await sessions.of(alice) == [session(alice, 3)]


async def test_the_others_end(world: World) -> None:
    sessions = world.store.sessions
    alice, bob = await world.user("alice"), await world.user("bob")
    for number, account_id in ((1, alice), (2, bob), (3, alice), (4, alice)):
        await sessions.add(session(account_id, number), MANY)
    assert await sessions.remove_others(alice, "uuid-3") == 2
    assert await sessions.of(alice) == [session(alice, 3)]
    assert await sessions.of(bob) == [session(bob, 2)]
    assert await sessions.remove_others(alice, "uuid-3") == 0
