"""Application tokens."""

from __future__ import annotations

import msgspec

from charthouse.ports.app_tokens import AppToken

from .world import NOW, World


def token(account_id: int, number: int = 1, expires_ms: int | None = None) -> AppToken:
    return AppToken(
        uuid=f"uuid-{number}",
        account_id=account_id,
        title="my laptop ☸",
        token_hash=f"{number:064x}",
        sealed_token=b"\0\xff sealed",
        created_ms=NOW + number,
        expires_ms=expires_ms,
    )


async def test_a_token_is_found_with_its_user(world: World) -> None:
    tokens = world.store.app_tokens
    alice = await world.user("alice")
    await tokens.add(token(alice))
    account = await world.store.accounts.by_id(alice)
    assert await tokens.by_hash(token(alice).token_hash) == (token(alice), account)
    assert await tokens.by_hash("f" * 64) is None


async def test_tokens_of_an_account(world: World) -> None:
    tokens = world.store.app_tokens
    alice, bob = await world.user("alice"), await world.user("bob")
    for number, account_id in ((1, alice), (2, bob), (3, alice)):
        await tokens.add(token(account_id, number, NOW if number == 1 else None))
    assert await tokens.of(alice) == [token(alice, 3), token(alice, 1, NOW)]
    assert await tokens.by_uuid(alice, "uuid-3") == token(alice, 3)
    for uuid in ("uuid-2", "é", "a\0b", ""):
        assert await tokens.by_uuid(alice, uuid) is None


async def test_tokens_of_everybody(world: World) -> None:
    tokens = world.store.app_tokens
    alice, bob = await world.user("alice"), await world.user("bob")
    for number, account_id in ((1, alice), (2, bob), (3, alice)):
        await tokens.add(token(account_id, number))
    assert await tokens.all("", 2) == [(token(alice, 1), "alice"), (token(bob, 2), "bob")]
    assert await tokens.all("uuid-2", 2) == [(token(alice, 3), "alice")]


async def test_a_revoked_token_ends_what_was_given_for_it(world: World) -> None:
    tokens = world.store.app_tokens
    alice, bob = await world.user("alice"), await world.user("bob")
    await tokens.add(token(alice))
    before = (await world.reads.access(alice, "x/y")).epoch
    for account_id, uuid in ((bob, "uuid-1"), (alice, "uuid-2"), (alice, "é"), (alice, "a\0b")):
        assert not await tokens.remove(account_id, uuid)
    assert (await world.reads.access(alice, "x/y")).epoch == before
    assert await tokens.remove(alice, "uuid-1")
    assert await tokens.of(alice) == []
    for reads in (world.reads, world.peer_reads):
        assert (await reads.access(alice, "x/y")).epoch > before
    assert not await tokens.remove(alice, "uuid-1")


async def test_revoking_leaves_the_user_signed_in(world: World) -> None:
    alice = await world.user("alice")
    await world.store.app_tokens.add(token(alice))
    before = await world.store.accounts.by_id(alice)
    await world.store.app_tokens.remove(alice, "uuid-1")
    after = await world.store.accounts.by_id(alice)
    assert before is not None
    assert after == msgspec.structs.replace(before, epoch=before.epoch + 1)


async def test_expired_ones_are_forgotten(world: World) -> None:
    tokens = world.store.app_tokens
    alice = await world.user("alice")
    for number, expires_ms in ((1, NOW), (2, NOW + 1), (3, None)):
        await tokens.add(token(alice, number, expires_ms))
    assert await tokens.remove_expired(NOW + 1) == 1
    assert [found.uuid for found in await tokens.of(alice)] == ["uuid-3", "uuid-2"]
