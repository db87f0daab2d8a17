"""Finding people, teams and repositories."""

from __future__ import annotations

import pytest

from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.directory import PeopleQuery, RepositoryQuery

from .world import World


class Town:
    """Some people, an organization of alice's, and repositories."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.directory = world.store.directory

    async def fill(self) -> None:
        names = ("alice", "alan", "al_n", "bob")
        self.alice, self.alan, self.al_n, self.bob = [await self.world.user(name) for name in names]
        self.acme = await self.world.organization("alacme", self.alice)
        await self.world.team(self.acme, "dev", NamespaceRole.MEMBER, self.alan)

    async def people(self, prefix: str, whole: bool = False) -> list[tuple[str, bool]]:
        query = PeopleQuery(prefix, 0, self.acme, 10, whole)
        return [(found.account.name, found.member) for found in await self.directory.people(query)]

    async def repositories(self, text: str, account_id: int, **where: int) -> list[str]:
        query = RepositoryQuery(
            account_id, account_id < 0, text, where.get("offset", 0), where.get("limit", 10)
        )
        return [found.path for found in await self.directory.repositories(query)]


@pytest.fixture
async def town(world: World) -> Town:
    made = Town(world)
    await made.fill()
    return made


async def test_people_by_the_beginning_of_their_names(town: Town) -> None:
    assert await town.people("al") == [("al_n", False), ("alan", True), ("alice", True)]
    assert await town.people("AL") == await town.people("al")
    assert await town.people("al_") == [("al_n", False)]
    assert await town.people("alan", whole=True) == [("alan", True)]
    assert await town.people("ala", whole=True) == []
    for nothing in ("%", "x", "\u00e4", "a\0"):
        assert await town.people(nothing) == []
    await town.world.store.accounts.set_enabled(town.alan, False)
    assert await town.people("alan") == []


async def test_teams(town: Town) -> None:
    assert await town.directory.teams(town.acme, "", 10) == ["dev", "owners"]
    assert await town.directory.teams(town.acme, "D", 10) == ["dev"]
    assert await town.directory.teams(town.acme, "e", 10) == []
    assert await town.directory.teams(town.bob, "", 10) == []


async def test_namespaces_by_any_part_of_their_names(town: Town) -> None:
    found = [account.name for account in await town.directory.namespaces("ac", 10)]
    assert found == ["alacme"]
    found = [account.name for account in await town.directory.namespaces("l", 10)]
    assert found == ["al_n", "alacme", "alan", "alice"]
    await town.world.user("ice")
    assert [account.name for account in await town.directory.namespaces("ice", 10)] == ["ice", "alice"]
    assert await town.directory.namespaces("_%", 10) == []


async def test_what_the_account_administers(town: Town) -> None:
    found = await town.directory.administered_teams(town.alice, "e", 10)
    assert [(team.name, team.organization.name) for team in found] == [
        ("dev", "alacme"),
        ("owners", "alacme"),
    ]
    assert await town.directory.administered_teams(town.alan, "e", 10) == []
    assert await town.directory.administered_robots(town.alice, "b", 10) == []


async def test_repositories_that_the_account_may_read(town: Town) -> None:
    secret = await town.world.repository("alacme/secret-app", town.alice)
    await town.world.repository("bob/app", town.bob, public=True)
    await town.world.repository("bob/other", town.bob)
    assert await town.repositories("app", 0) == ["bob/app"]
    assert await town.repositories("APP", town.alice) == ["alacme/secret-app", "bob/app"]
    assert await town.repositories("app", town.alan) == ["bob/app"]
    await town.world.grant(secret, Role.READ, account_id=town.alan)
    assert await town.repositories("app", town.alan) == ["alacme/secret-app", "bob/app"]
    assert await town.repositories("", -1) == ["alacme/secret-app", "bob/app", "bob/other"]
    assert await town.repositories("", -1, offset=1, limit=1) == ["bob/app"]
    assert await town.repositories("bob/a", 0) == ["bob/app"]
    for nothing in ("%", "b_b", "!", "\\", "a\0"):
        assert await town.repositories(nothing, -1) == []
    await town.world.store.repositories.set_description(secret, "Gr\u00fc\u00dfe 100% sure_ly")
    for text in ("100%", "gr\u00fc\u00df", "sure_"):
        assert await town.repositories(text, -1) == ["alacme/secret-app"]
    await town.world.store.repositories.delete(secret)
    assert await town.repositories("app", -1) == ["bob/app"]
