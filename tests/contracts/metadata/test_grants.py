"""Who may use a repository: granting, changing, taking back, and that every process knows at once."""

from __future__ import annotations

import asyncio

from charthouse.model.permissions import NamespaceRole, RepositoryState, Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.grants import AccountGrant, TeamGrant

from .world import World


async def test_accounts(world: World) -> None:
    alice, bob, carol = [await world.user(name) for name in ("alice", "bob", "carol")]
    acme = await world.organization("acme", alice)
    await world.team(acme, "dev", NamespaceRole.MEMBER, bob)
    web = await world.repository("acme/web", alice)
    grants = world.store.grants
    # Who creates a repository is granted the role of an administrator.
    assert [(found.name, found.role) for found in await grants.accounts(web)] == [("alice", Role.ADMIN)]
    assert await grants.grant(web, carol, Role.READ)
    assert await grants.grant(web, bob, Role.WRITE)
    assert await grants.accounts(web) == [
        AccountGrant(alice, "alice", AccountKind.USER, "alice@example.com", Role.ADMIN, member=True),
        AccountGrant(bob, "bob", AccountKind.USER, "bob@example.com", Role.WRITE, member=True),
        AccountGrant(carol, "carol", AccountKind.USER, "carol@example.com", Role.READ, member=False),
    ]
    assert await grants.grant(web, carol, Role.ADMIN)
    found = await grants.account(web, carol)
    assert found is not None
    assert found.role is Role.ADMIN
    assert await grants.revoke(web, carol)
    assert not await grants.revoke(web, carol)
    assert await grants.account(web, carol) is None


async def test_teams(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme, other = await world.organization("acme", alice), await world.organization("other", alice)
    await world.team(acme, "dev", NamespaceRole.MEMBER, bob)
    await world.team(acme, "ops", NamespaceRole.MEMBER)
    await world.team(other, "foreign", NamespaceRole.MEMBER, bob)
    web = await world.repository("acme/web", alice)
    grants = world.store.grants
    assert await grants.grant_team(web, "ops", Role.READ)
    assert await grants.grant_team(web, "dev", Role.READ)
    assert await grants.grant_team(web, "dev", Role.WRITE)
    assert not await grants.grant_team(web, "foreign", Role.ADMIN)
    assert not await grants.grant_team(web, "none", Role.ADMIN)
    assert not await grants.grant_team(web + 1, "dev", Role.ADMIN)
    assert await grants.teams(web) == [TeamGrant("dev", Role.WRITE), TeamGrant("ops", Role.READ)]
    assert await grants.team(web, "dev") == TeamGrant("dev", Role.WRITE)
    assert await grants.team(web, "foreign") is None
    assert await grants.grant(web, bob, Role.READ)
    assert await grants.roles(web, bob) == [Role.WRITE, Role.READ]
    assert await grants.revoke_team(web, "dev")
    assert not await grants.revoke_team(web, "dev")
    assert not await grants.revoke_team(web, "foreign")
    assert await grants.roles(web, bob) == [Role.READ]


async def test_nothing_is_granted_to_or_on_what_is_no_such_thing(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    web = await world.repository("acme/web", alice)
    assert not await world.store.grants.grant(web, acme, Role.READ)
    assert not await world.store.grants.grant(web, bob + 100, Role.READ)
    assert not await world.store.grants.grant(web + 1, bob, Role.READ)
    await world.store.repositories.set_state(web, RepositoryState.DELETED)
    assert not await world.store.grants.grant(web, bob, Role.READ)
    assert not await world.store.grants.grant_team(web, "owners", Role.READ)


async def test_other_processes_know_at_once(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.team(acme, "dev", NamespaceRole.MEMBER, bob)
    web = await world.repository("acme/web", alice)
    inline = world.harness.peer.inline

    async def expect(role: Role) -> None:
        assert (await world.peer_reads.access(bob, "acme/web")).role is role
        if inline is not None:
            assert any(change.subject == web for change in inline.changes())

    if inline is not None:
        inline.changes()
    await world.store.grants.grant(web, bob, Role.WRITE)
    await expect(Role.WRITE)
    await world.store.grants.grant(web, bob, Role.READ)
    await expect(Role.READ)
    await world.store.grants.revoke(web, bob)
    await expect(Role.NONE)
    await world.store.grants.grant_team(web, "dev", Role.ADMIN)
    await expect(Role.ADMIN)
    await world.store.grants.revoke_team(web, "dev")
    await expect(Role.NONE)


async def test_the_same_grant_at_the_same_time(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    web = await world.repository("alice/web", alice)
    await world.store.grants.revoke(web, alice)
    stores = (world.store, world.harness.peer)
    done = await asyncio.gather(*(store.grants.grant(web, bob, Role.READ) for store in stores * 4))
    assert all(done)
    assert [found.role for found in await world.store.grants.accounts(web)] == [Role.READ]
