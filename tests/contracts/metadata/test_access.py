"""Who may do what at a repository name."""

from __future__ import annotations

import pytest

from charthouse.model.errors import AlreadyExists, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Access, NamespaceRole, Role
from charthouse.ports.content import Target

from .world import NOW, World

ANONYMOUS = 0


async def test_owner_is_administrator(world: World) -> None:
    alice = await world.user("alice")
    repository_id = await world.repository("alice/app", alice)
    assert await world.reads.access(alice, "alice/app") == Access(repository_id, Role.ADMIN, False, False, 1)


async def test_private_means_nothing_for_others(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob", superuser=True)
    repository_id = await world.repository("alice/app", alice)
    assert (await world.reads.access(bob, "alice/app")).role == Role.NONE
    assert (await world.reads.access(ANONYMOUS, "alice/app")).role == Role.NONE
    assert await world.reads.access(471100, "alice/app") == Access(repository_id, Role.NONE, False, False, -1)


async def test_public_means_read(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    repository_id = await world.repository("alice/app", alice, public=True)
    assert (await world.reads.access(bob, "alice/app")).role == Role.READ
    assert await world.reads.access(ANONYMOUS, "alice/app") == Access(
        repository_id, Role.READ, True, False, 0
    )


async def test_visibility_changes_at_once_everywhere(world: World) -> None:
    alice = await world.user("alice")
    repository_id = await world.repository("alice/app", alice)
    await world.store.repositories.set_visibility(repository_id, public=True)
    assert (await world.peer_reads.access(ANONYMOUS, "alice/app")).role == Role.READ
    await world.store.repositories.set_visibility(repository_id, public=False)
    assert (await world.peer_reads.access(ANONYMOUS, "alice/app")).role == Role.NONE


async def test_absent_repository(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    assert await world.reads.access(alice, "alice/new") == Access(0, Role.NONE, False, True, 1)
    assert await world.reads.access(bob, "alice/new") == Access(0, Role.NONE, False, False, 1)
    assert await world.reads.access(bob, "nowhere/new") == Access(0, Role.NONE, False, False, 1, vacant=True)
    assert await world.reads.access(ANONYMOUS, "alice/new") == Access(0, Role.NONE, False, False, 0)


@pytest.mark.parametrize(
    ("team_role", "role", "can_create"),
    [
        (NamespaceRole.MEMBER, Role.NONE, False),
        (NamespaceRole.CREATOR, Role.NONE, True),
        (NamespaceRole.ADMIN, Role.ADMIN, True),
    ],
)
async def test_team_roles(world: World, team_role: NamespaceRole, role: Role, can_create: bool) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.repository("acme/app", alice)
    await world.team(acme, "crew", team_role, bob)
    assert (await world.reads.access(bob, "acme/app")).role == role
    assert (await world.reads.access(bob, "acme/new")).can_create == can_create


async def test_a_team_has_no_say_in_other_organizations(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.organization("other", alice)
    await world.repository("other/app", alice)
    await world.team(acme, "crew", NamespaceRole.ADMIN, bob)
    access = await world.reads.access(bob, "other/app")
    assert (access.role, (await world.reads.access(bob, "other/new")).can_create) == (Role.NONE, False)


async def test_the_highest_grant_counts(world: World) -> None:
    alice, bob, carol = await world.user("alice"), await world.user("bob"), await world.user("carol")
    acme = await world.organization("acme", alice)
    repository_id = await world.repository("acme/app", alice, public=True)
    crew = await world.team(acme, "crew", NamespaceRole.MEMBER, bob, carol)
    await world.grant(repository_id, Role.WRITE, team_id=crew)
    assert (await world.reads.access(bob, "acme/app")).role == Role.WRITE
    await world.grant(repository_id, Role.ADMIN, account_id=bob)
    assert (await world.reads.access(bob, "acme/app")).role == Role.ADMIN
    await world.grant(repository_id, Role.READ, account_id=carol)
    assert (await world.reads.access(carol, "acme/app")).role == Role.WRITE


async def test_names_of_repositories_compare_by_bytes(world: World) -> None:
    alice = await world.user("alice")
    await world.repository("alice/app", alice)
    for other in ("alice/App", "Alice/app", "alice/app ", "alice/app/", "alice"):
        assert (await world.reads.access(alice, other)).repository_id == 0


async def test_create_refuses_what_is_there_and_what_has_no_namespace(world: World) -> None:
    alice = await world.user("alice")
    await world.repository("alice/app", alice)
    with pytest.raises(AlreadyExists):
        await world.repository("alice/app", alice)
    with pytest.raises(NameUnknown):
        await world.repository("nowhere/app", alice)


async def test_creator_in_an_organization_becomes_administrator(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    acme = await world.organization("acme", alice)
    await world.team(acme, "crew", NamespaceRole.CREATOR, bob)
    target = Target(RepositoryName("acme/app"), bob, create=True)
    await world.store.repositories.create(target, "Bob's", NOW)
    assert (await world.reads.access(bob, "acme/app")).role == Role.ADMIN


async def test_catalog_lists_what_the_account_may_read_in_order_of_bytes(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob", superuser=True)
    acme = await world.organization("acme", alice)
    names = ["acme/z", "alice/b", "acme/a-b", "acme/a", "acme/a/b", "acme/a.b", "acme/a_b"]
    ids = {name: await world.repository(name, alice) for name in names}
    await world.repository("bob/open", bob, public=True)
    await world.repository("bob/closed", bob)
    repositories = world.store.repositories
    assert await repositories.catalog(alice, "", 100) == sorted([*names, "bob/open"])
    assert await repositories.catalog(bob, "", 100) == ["bob/closed", "bob/open"]
    assert await repositories.catalog(ANONYMOUS, "", 100) == ["bob/open"]
    crew = await world.team(acme, "crew", NamespaceRole.MEMBER, bob)
    await world.grant(ids["acme/a/b"], Role.READ, team_id=crew)
    await world.grant(ids["alice/b"], Role.READ, account_id=bob)
    assert await repositories.catalog(bob, "", 100) == ["acme/a/b", "alice/b", "bob/closed", "bob/open"]
    assert await repositories.catalog(bob, "acme/a/b", 2) == ["alice/b", "bob/closed"]
    assert await repositories.catalog(bob, "", 0) == []
    await world.store.accounts.set_enabled(bob, enabled=False)
    assert await repositories.catalog(bob, "", 100) == await repositories.catalog(ANONYMOUS, "", 100) == []


async def test_the_namespace_of_a_disabled_user_is_closed_to_all(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    repository_id = await world.repository("alice/app", alice, public=True)
    assert (await world.reads.access(bob, "alice/app")).role is Role.READ
    await world.store.accounts.set_enabled(alice, enabled=False)
    for caller, epoch in ((bob, 1), (ANONYMOUS, 0)):
        closed = Access(repository_id, Role.NONE, True, False, epoch, suspended=True)
        assert await world.reads.access(caller, "alice/app") == closed
    await world.store.accounts.set_enabled(alice, enabled=True)
    assert (await world.reads.access(bob, "alice/app")).role is Role.READ


async def test_names_pages_through_everything(world: World) -> None:
    alice = await world.user("alice")
    names = sorted(f"alice/{letter}{number}" for letter in "ab" for number in range(5))
    for name in reversed(names):
        await world.repository(name, alice)
    found: list[str] = []
    while page := await world.store.repositories.names(found[-1] if found else "", 3):
        assert len(page) <= 3
        found += page
    assert found == names
