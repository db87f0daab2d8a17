"""Accounts and the tokens that speak for them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from charthouse.model.errors import AlreadyExists
from charthouse.model.permissions import Role
from charthouse.ports.accounts import AccessToken, AccountChange, AccountKind, NewUser

from .world import NOW, World

ALICE = NewUser("alice", "alice@example.com", "argon2 hash", False, NOW)


async def test_user_is_found_by_name_and_by_id(world: World) -> None:
    accounts = world.store.accounts
    added = await accounts.add_user(ALICE)
    assert await accounts.by_name("alice") == added
    assert await accounts.by_id(added.account_id) == added
    assert (added.kind, added.enabled, added.superuser) == (AccountKind.USER, True, False)
    assert (added.email, added.password_hash, added.created_ms) == (ALICE.email, ALICE.password_hash, NOW)


async def test_unknown_accounts_are_none(world: World) -> None:
    assert await world.store.accounts.by_name("nobody") is None
    assert await world.store.accounts.by_id(1234567) is None


async def test_a_user_is_found_by_address(world: World) -> None:
    accounts = world.store.accounts
    alice = await accounts.add_user(ALICE)
    await accounts.add_user(msgspec.structs.replace(ALICE, name="mallory"))
    await accounts.add_organization("acme", "acme@example.com", alice.account_id, NOW)
    assert await accounts.by_email("alice@example.com") == alice, "whoever had it first"
    assert await accounts.by_email("Alice@Example.COM") == alice
    for address in ("acme@example.com", "nobody@example.com", "", "a\0@example.com", "alice"):
        assert await accounts.by_email(address) is None


@pytest.mark.parametrize("name", ["Alice", "alice ", "ALICE", "alic\u00e9", ""])
async def test_names_compare_by_bytes(world: World, name: str) -> None:
    await world.store.accounts.add_user(ALICE)
    assert await world.store.accounts.by_name(name) is None


async def test_users_and_organizations_share_their_names(world: World) -> None:
    alice = await world.user("alice")
    with pytest.raises(AlreadyExists):
        await world.user("alice")
    with pytest.raises(AlreadyExists):
        await world.organization("alice", alice)
    await world.organization("acme", alice)
    with pytest.raises(AlreadyExists):
        await world.user("acme")


async def test_one_of_many_at_once_gets_the_name(world: World) -> None:
    stores = [world.harness.store, world.harness.peer] * 4
    results = await asyncio.gather(
        *(store.accounts.add_user(ALICE) for store in stores), return_exceptions=True
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert sum(isinstance(result, AlreadyExists) for result in results) == len(stores) - 1


async def test_first_user_is_made_once(world: World) -> None:
    accounts = world.store.accounts
    assert not await accounts.has_users()
    first = await accounts.add_first_user(msgspec.structs.replace(ALICE, superuser=True))
    assert first is not None
    assert first.superuser
    assert await accounts.has_users()
    assert await accounts.add_first_user(msgspec.structs.replace(ALICE, name="bob")) is None
    assert await accounts.by_name("bob") is None


async def test_one_of_many_at_once_is_first(world: World) -> None:
    stores = [world.harness.store, world.harness.peer] * 4
    made = await asyncio.gather(
        *(
            store.accounts.add_first_user(msgspec.structs.replace(ALICE, name=f"user{number}"))
            for number, store in enumerate(stores)
        )
    )
    assert sum(account is not None for account in made) == 1


async def test_organization_belongs_to_its_owner(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.store.accounts.add_organization("acme", "acme@example.com", alice, NOW)
    assert (acme.kind, acme.password_hash) == (AccountKind.ORGANIZATION, "")
    await world.repository("acme/app", alice)
    assert (await world.reads.access(alice, "acme/app")).role == Role.ADMIN
    assert (await world.reads.access(bob, "acme/app")).role == Role.NONE


async def test_new_password_raises_the_epoch(world: World) -> None:
    accounts = world.store.accounts
    before = await accounts.add_user(ALICE)
    await accounts.set_password(before.account_id, "new hash")
    after = await accounts.by_name("alice")
    assert after is not None
    assert after.password_hash == "new hash"
    assert after.epoch > before.epoch
    assert (await world.peer_reads.access(before.account_id, "alice/app")).epoch == after.epoch


async def test_disabling_ends_all_access_at_once(world: World) -> None:
    alice = await world.user("alice")
    await world.repository("alice/app", alice, public=True)
    before = await world.reads.access(alice, "alice/app")
    await world.store.accounts.set_enabled(alice, enabled=False)
    for reads in (world.reads, world.peer_reads):
        during = await reads.access(alice, "alice/app")
        assert (during.role, during.epoch, during.can_create) == (Role.NONE, -1, False)
        assert not (await reads.access(alice, "alice/new")).can_create
    await world.store.accounts.set_enabled(alice, enabled=True)
    after = await world.reads.access(alice, "alice/app")
    assert after.role == Role.ADMIN
    assert after.epoch > before.epoch


async def test_tokens(world: World) -> None:
    accounts = world.store.accounts
    alice = await world.user("alice")
    token = AccessToken("ab" * 32, alice, "the app ☸", ("repo:read", "user:admin"), NOW, NOW + 1000, "u-1")
    await accounts.add_token(token)
    assert await accounts.token(token.token_hash) == token
    assert await accounts.token("cd" * 32) is None
    assert await accounts.remove_tokens(NOW + 1000) == 0
    assert await accounts.remove_tokens(NOW + 1001) == 1
    assert await accounts.token(token.token_hash) is None


async def test_token_without_scopes(world: World) -> None:
    alice = await world.user("alice")
    token = AccessToken("ab" * 32, alice, "", (), NOW, NOW, "u-2")
    await world.store.accounts.add_token(token)
    assert await world.store.accounts.token(token.token_hash) == token


async def test_another_hash_of_the_same_password_ends_nothing(world: World) -> None:
    accounts = world.store.accounts
    alice = await accounts.add_user(ALICE)
    assert not await accounts.upgrade_password(alice.account_id, "not the hash", "new hash")
    assert await accounts.by_name("alice") == alice
    assert await accounts.upgrade_password(alice.account_id, ALICE.password_hash, "new hash")
    assert await accounts.by_name("alice") == msgspec.structs.replace(alice, password_hash="new hash")


async def test_an_account_changes_what_it_tells(world: World) -> None:
    accounts = world.store.accounts
    alice = await accounts.add_user(ALICE)
    bob = await accounts.add_user(msgspec.structs.replace(ALICE, name="bob"))
    await accounts.change(alice.account_id, AccountChange())
    assert await accounts.by_name("alice") == alice
    await accounts.change(alice.account_id, AccountChange(email="new@example.com", tag_window_s=0))
    await accounts.change(alice.account_id, AccountChange(profile='{"company": "Acme ☸"}'))
    found = await accounts.by_name("alice")
    assert found == msgspec.structs.replace(
        alice, email="new@example.com", tag_window_s=0, profile='{"company": "Acme ☸"}'
    )
    await accounts.change(alice.account_id, AccountChange(tag_window_s=None))
    assert (await accounts.by_name("alice")) == msgspec.structs.replace(found, tag_window_s=None)
    assert await accounts.by_name("bob") == bob
