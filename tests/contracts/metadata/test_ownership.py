"""Namespaces that get another name or another owner, and lists of accounts."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from charthouse.engines.metadata import tables
from charthouse.model.errors import AlreadyExists, InvalidRequest, NameUnknown
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.accounts import AccessToken, AccountKind
from charthouse.ports.reads import ChangeKind
from charthouse.ports.robots import NewRobot
from charthouse.ports.sessions import Session

from .world import NOW, World


async def robot(world: World, owner: int, name: str) -> int:
    new = NewRobot(
        owner_id=owner, name=name, sealed_token=b"x", creates=False, description="", metadata="", grants=(), now_ms=NOW
    )  # fmt: skip
    return (await world.store.robots.add(new)).account.account_id


async def test_everything_moves_to_the_new_name(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await world.repository("acme/app", alice)
    digest = await world.push_image("acme/deep/er", alice, "layer", "v1")
    bot = await robot(world, acme, "acme+ci")
    before = await world.reads.access(alice, "acme/app")
    assert await world.store.namespaces.rename(acme, "apex")
    for reads in (world.reads, world.peer_reads):
        assert (await reads.access(alice, "acme/app")).repository_id == 0
        after = await reads.access(alice, "apex/app")
        assert (after.repository_id, after.role) == (before.repository_id, Role.ADMIN)
        found = await reads.manifest(alice, "apex/deep/er", "v1")
        assert found is not None
        assert found.digest == digest
    assert await world.store.accounts.by_name("acme") is None
    named = await world.store.accounts.by_id(bot)
    assert named is not None
    assert named.name == "apex+ci"
    assert await world.store.repositories.names("", 10) == ["apex/app", "apex/deep/er"]
    assert await world.store.namespaces.rename(acme, "apex")


async def test_caches_hear_of_a_new_name(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    inline = world.harness.peer.inline
    if inline is not None:
        inline.changes()
    await world.store.namespaces.rename(acme, "apex")
    if inline is not None:
        assert ChangeKind.EVERYTHING in {change.kind for change in inline.changes() or ()}


async def test_names_that_cannot_be_are_refused(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await world.repository("acme/" + "a" * 500, alice)
    with pytest.raises(AlreadyExists):
        await world.store.namespaces.rename(acme, "alice")
    with pytest.raises(InvalidRequest):
        await world.store.namespaces.rename(acme, "acme-with-a-longer-name")
    assert not await world.store.namespaces.rename(alice, "bob")
    assert not await world.store.namespaces.rename(999, "bob")
    assert (await world.reads.access(alice, "acme/" + "a" * 500)).role == Role.ADMIN


async def test_nothing_is_made_under_a_name_that_goes(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    results = await asyncio.gather(
        world.store.namespaces.rename(acme, "apex"),
        *(world.repository(f"acme/app{number}", alice) for number in range(5)),
        return_exceptions=True,
    )
    assert results[0] is True
    assert all(isinstance(result, int | NameUnknown) for result in results)
    names = await world.store.repositories.names("", 10)
    assert all(name.startswith("apex/") for name in names)


async def test_organization_is_taken_over(world: World) -> None:
    alice, root = await world.user("alice"), await world.user("root")
    acme = await world.organization("acme", alice)
    await world.repository("acme/app", alice)
    for _ in range(2):
        assert await world.store.namespaces.take_over(acme, root)
    assert (await world.peer_reads.access(root, "acme/app")).role == Role.ADMIN
    assert (await world.reads.access(alice, "acme/app")).role == Role.ADMIN


async def test_organization_without_administrators_is_taken_over(world: World) -> None:
    alice, root = await world.user("alice"), await world.user("root")
    acme = await world.organization("acme", alice)
    lowered = update(tables.team).values(role=NamespaceRole.MEMBER.value)
    await world.harness.tables(lambda connection: connection.execute(lowered) and None)
    assert await world.store.namespaces.take_over(acme, root)
    access = await world.store.accounts.namespace_access(root, "acme")
    assert access is not None
    assert access.role is NamespaceRole.ADMIN


async def test_user_becomes_an_organization(world: World) -> None:
    alice, bob, root = await world.user("alice"), await world.user("bob"), await world.user("root")
    acme = await world.organization("acme", bob)
    await world.team(acme, "dev", NamespaceRole.ADMIN, alice)
    await world.repository("alice/app", alice)
    bot = await robot(world, alice, "alice+ci")
    await world.store.accounts.add_token(AccessToken("ab" * 32, alice, "x", (), NOW, NOW + 1000, "u-1"))
    await world.store.sessions.add(Session("cd" * 32, "s-1", alice, 1, NOW, NOW, NOW + 1000, "", ""), 10)
    before = await world.store.accounts.by_id(alice)
    await world.store.accounts.set_enabled(alice, enabled=False)
    assert await world.store.namespaces.take_over(alice, root)
    after = await world.store.accounts.by_id(alice)
    assert before is not None
    assert after is not None
    assert (after.kind, after.name, after.password_hash, after.enabled) == (
        AccountKind.ORGANIZATION, "alice", "", True,
    )  # fmt: skip
    assert after.epoch > before.epoch
    assert after.login_epoch > before.login_epoch
    assert await world.store.accounts.token("ab" * 32) is None
    assert await world.store.sessions.by_hash("cd" * 32) is None
    assert (await world.peer_reads.access(root, "alice/app")).role == Role.ADMIN
    access = await world.store.accounts.namespace_access(alice, "acme")
    assert access is not None
    assert access.role is NamespaceRole.NONE
    kept = await world.store.accounts.by_id(bot)
    assert kept is not None
    assert kept.enabled


async def test_sole_administrator_is_not_taken_over(world: World) -> None:
    alice, root = await world.user("alice"), await world.user("root")
    await world.organization("acme", alice)
    with pytest.raises(InvalidRequest, match="acme"):
        await world.store.namespaces.take_over(alice, root)
    kept = await world.store.accounts.by_id(alice)
    assert kept is not None
    assert kept.kind is AccountKind.USER


async def test_robots_are_no_namespaces(world: World) -> None:
    alice, root = await world.user("alice"), await world.user("root")
    bot = await robot(world, alice, "alice+ci")
    assert not await world.store.namespaces.take_over(bot, root)
    assert not await world.store.namespaces.take_over(999, root)


async def test_pages_of_accounts(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.organization("acme", alice)
    await robot(world, alice, "alice+ci")
    await world.store.accounts.set_enabled(bob, enabled=False)
    page = world.store.namespaces.page

    async def names(kind: AccountKind, after: str, limit: int, disabled: bool = True) -> list[str]:
        return [account.name for account in await page(kind, after, limit, disabled=disabled)]

    assert await names(AccountKind.USER, "", 10) == ["alice", "bob"]
    assert await names(AccountKind.USER, "", 10, disabled=False) == ["alice"]
    assert await names(AccountKind.USER, "", 1) == ["alice"]
    assert await names(AccountKind.USER, "alice", 1) == ["bob"]
    assert await names(AccountKind.ORGANIZATION, "", 10) == ["acme"]


async def test_accounts_are_found_by_parts_of_name_and_address(world: World) -> None:
    await world.user("alice")
    await world.user("al_bob")
    page = world.store.namespaces.page

    async def found(part: str) -> list[str]:
        return [account.name for account in await page(AccountKind.USER, "", 10, part=part)]

    assert await found("LIC") == ["alice"]
    assert await found("bob@EXAMPLE") == ["al_bob"]
    assert await found("example.com") == ["al_bob", "alice"]
    assert await found("l_") == ["al_bob"]
    assert await found("%") == []
    assert await found("\0") == []
    assert await found("é") == []
    assert [account.name for account in await page(AccountKind.USER, "al_bob", 10, part="al")] == ["alice"]
    for after in ("\0", "é"):
        assert await page(AccountKind.USER, after, 10) == []
