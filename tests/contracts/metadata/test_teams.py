"""Teams, their members, and everybody's place in an organization."""

from __future__ import annotations

import asyncio

import pytest

from charthouse.model.errors import InvalidRequest, NotFound
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.teams import HeldRole, PeoplePage, PutTeam, Team, TeamOverview

from .world import World


class Acme:
    """An organization of alice's, with bob and carol outside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.teams = world.store.teams

    async def fill(self) -> None:
        self.alice, self.bob, self.carol = [await self.world.user(n) for n in ("alice", "bob", "carol")]
        self.id = await self.world.organization("acme", self.alice)

    async def put(
        self, name: str, role: NamespaceRole, by: int = 0, description: str | None = None
    ) -> tuple[Team, bool]:
        return await self.teams.put(PutTeam(self.id, name, role, description, by or self.alice))

    async def owners(self) -> Team:
        found = await self.teams.find(self.id, "owners")
        assert found is not None
        return found

    async def role(self, account_id: int) -> NamespaceRole:
        access = await self.world.store.accounts.namespace_access(account_id, "acme")
        assert access is not None
        return access.role


@pytest.fixture
async def acme(world: World) -> Acme:
    found = Acme(world)
    await found.fill()
    return found


async def test_a_team_is_made_and_changed(acme: Acme) -> None:
    made, new = await acme.put("dev", NamespaceRole.MEMBER, description="those who build")
    assert new
    assert made == Team(made.team_id, acme.id, "dev", NamespaceRole.MEMBER, "those who build")
    changed, new = await acme.put("dev", NamespaceRole.CREATOR)
    assert not new
    assert changed == Team(made.team_id, acme.id, "dev", NamespaceRole.CREATOR, "those who build")
    assert await acme.teams.find(acme.id, "dev") == changed
    assert (await acme.put("dev", NamespaceRole.CREATOR, description=""))[0].description == ""
    for name in ("none", "DEV", "d\u00e9v", "a\0b"):
        assert await acme.teams.find(acme.id, name) is None


async def test_teams_are_counted(acme: Acme) -> None:
    dev, _ = await acme.put("dev", NamespaceRole.MEMBER)
    await acme.teams.add_member(dev, acme.bob)
    await acme.teams.add_member(dev, acme.carol)
    repository_id = await acme.world.repository("acme/app", acme.alice)
    await acme.world.grant(repository_id, Role.WRITE, team_id=dev.team_id)
    owners = await acme.owners()
    assert await acme.teams.overviews(acme.id, acme.bob) == [
        TeamOverview(owners, 1, 0, joined=False),
        TeamOverview(dev, 2, 1, joined=True),
    ]
    assert await acme.teams.grants(dev.team_id) == [HeldRole("acme/app", False, Role.WRITE)]
    assert [account.name for account in await acme.teams.members(dev.team_id)] == ["bob", "carol"]
    for after, expected in (("", ["bob"]), ("bob", ["carol"]), ("carol", [])):
        page = await acme.teams.members_page(dev.team_id, after, 1)
        assert [account.name for account in page] == expected
    for nobody in ("\0", "é"):
        assert await acme.teams.members_page(dev.team_id, nobody, 1) == []


async def test_a_member_has_the_roles_of_all_teams(acme: Acme) -> None:
    dev, _ = await acme.put("dev", NamespaceRole.MEMBER)
    makers, _ = await acme.put("makers", NamespaceRole.CREATOR)
    assert await acme.role(acme.bob) is NamespaceRole.NONE
    for team in (dev, dev, makers):
        await acme.teams.add_member(team, acme.bob)
    assert await acme.role(acme.bob) is NamespaceRole.CREATOR
    assert await acme.teams.remove_member(makers, acme.bob, acme.alice)
    assert not await acme.teams.remove_member(makers, acme.bob, acme.alice)
    assert await acme.role(acme.bob) is NamespaceRole.MEMBER
    await acme.put("dev", NamespaceRole.ADMIN)
    assert await acme.role(acme.bob) is NamespaceRole.ADMIN


async def test_a_removed_team_gives_nothing_any_more(acme: Acme) -> None:
    dev, _ = await acme.put("dev", NamespaceRole.CREATOR)
    await acme.teams.add_member(dev, acme.bob)
    repository_id = await acme.world.repository("acme/app", acme.alice)
    await acme.world.grant(repository_id, Role.WRITE, team_id=dev.team_id)
    assert (await acme.world.reads.access(acme.bob, "acme/app")).role is Role.WRITE
    assert await acme.teams.remove(acme.id, "dev", acme.alice)
    assert not await acme.teams.remove(acme.id, "dev", acme.alice)
    assert (await acme.world.reads.access(acme.bob, "acme/app")).role is Role.NONE
    assert await acme.role(acme.bob) is NamespaceRole.NONE
    with pytest.raises(NotFound):
        await acme.teams.add_member(dev, acme.bob)


async def test_nobody_ends_the_own_administration(acme: Acme) -> None:
    owners = await acme.owners()
    with pytest.raises(InvalidRequest, match="User cannot remove themselves from their only admin team"):
        await acme.teams.remove_member(owners, acme.alice, acme.alice)
    with pytest.raises(InvalidRequest):
        await acme.put("owners", NamespaceRole.CREATOR)
    with pytest.raises(InvalidRequest):
        await acme.teams.remove(acme.id, "owners", acme.alice)
    for acting in (
        acme.bob,
        987_654,
    ):  # nor does somebody from outside, such as a superuser, take the last team
        with pytest.raises(InvalidRequest):
            await acme.teams.remove(acme.id, "owners", acting)
        with pytest.raises(InvalidRequest):
            await acme.put("owners", NamespaceRole.MEMBER, by=acting)
    second, _ = await acme.put("second", NamespaceRole.ADMIN)
    with pytest.raises(InvalidRequest):
        await acme.teams.remove(acme.id, "owners", acme.alice)
    await acme.teams.add_member(second, acme.alice)
    assert await acme.teams.remove(acme.id, "owners", acme.alice)
    await acme.teams.add_member(second, acme.bob)
    assert await acme.teams.remove_member(second, acme.alice, acme.bob)


async def test_of_two_who_leave_at_once_one_stays(acme: Acme) -> None:
    """Each by removing the own membership of one of two teams."""
    owners = await acme.owners()
    second, _ = await acme.put("second", NamespaceRole.ADMIN)
    await acme.teams.add_member(second, acme.alice)
    peer = acme.world.harness.peer.teams
    results = await asyncio.gather(
        acme.teams.remove_member(owners, acme.alice, acme.alice),
        peer.remove_member(second, acme.alice, acme.alice),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, InvalidRequest) for result in results) == [False, True]


async def test_of_two_who_take_each_other_out_one_stays(acme: Acme) -> None:
    """Both had the right when they asked."""
    owners = await acme.owners()
    await acme.teams.add_member(owners, acme.bob)
    peer = acme.world.harness.peer.teams
    results = await asyncio.gather(
        acme.teams.remove_member(owners, acme.bob, acme.alice),
        peer.remove_member(owners, acme.alice, acme.bob),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, InvalidRequest) for result in results) == [False, True]
    assert NamespaceRole.ADMIN in (await acme.role(acme.alice), await acme.role(acme.bob))


async def test_people_and_their_places(acme: Acme) -> None:
    dev, _ = await acme.put("dev", NamespaceRole.MEMBER)
    await acme.teams.add_member(dev, acme.bob)
    await acme.teams.add_member(dev, acme.alice)
    app = await acme.world.repository("acme/app", acme.alice)
    deep = await acme.world.repository("acme/deep/app", acme.alice)
    for repository_id in (app, deep):
        await acme.world.grant(repository_id, Role.READ, account_id=acme.bob)
    await acme.world.grant(deep, Role.READ, account_id=acme.carol)
    people = await acme.teams.people(acme.id)
    assert [(p.account.name, p.teams, p.repositories) for p in people] == [
        ("alice", ["dev", "owners"], ["app", "deep/app"]),
        ("bob", ["dev"], ["app", "deep/app"]),
    ]
    outside = await acme.teams.collaborators(acme.id)
    assert [(p.account.name, p.teams, p.repositories) for p in outside] == [("carol", [], ["deep/app"])]
    assert await acme.teams.person(acme.id, acme.bob) == people[1]
    assert await acme.teams.person(acme.id, acme.carol) == outside[0]
    assert await acme.teams.person(acme.id, await acme.world.user("dave")) is None
    assert await acme.teams.is_in_organization(acme.id, acme.bob)
    assert not await acme.teams.is_in_organization(acme.id, acme.carol)
    for members, everybody in ((True, people), (False, outside)):
        for after, part, expected in (
            ("", "", everybody[:1]),
            ("", "AR", [one for one in everybody if "ar" in one.account.name]),
            ("alice", "", [one for one in everybody if one.account.name > "alice"]),
            ("zoe", "", []),
            ("\0", "", []),
            ("é", "", []),
            ("", "\0", []),
            ("", "é", []),
        ):
            wish = PeoplePage(organization_id=acme.id, members=members, after=after, part=part, limit=1)
            assert await acme.teams.people_page(wish) == expected


async def test_a_person_leaves_with_all_rights(acme: Acme) -> None:
    dev, _ = await acme.put("dev", NamespaceRole.MEMBER)
    await acme.teams.add_member(dev, acme.bob)
    app = await acme.world.repository("acme/app", acme.alice)
    own = await acme.world.repository("carol/app", acme.carol)
    for repository_id in (app, own):
        await acme.world.grant(repository_id, Role.WRITE, account_id=acme.bob)
    for _ in range(2):
        await acme.teams.remove_person(acme.id, acme.bob)
    assert (await acme.world.reads.access(acme.bob, "acme/app")).role is Role.NONE
    assert (await acme.world.reads.access(acme.bob, "carol/app")).role is Role.WRITE
    assert await acme.teams.members(dev.team_id) == []
    with pytest.raises(InvalidRequest, match="only organization admin"):
        await acme.teams.remove_person(acme.id, acme.alice)
    await acme.teams.add_member(await acme.owners(), acme.bob)
    await acme.teams.remove_person(acme.id, acme.alice)
    assert await acme.role(acme.alice) is NamespaceRole.NONE
