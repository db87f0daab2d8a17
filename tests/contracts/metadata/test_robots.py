"""Robots: what they are, what is granted to them, and what ends with them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from charthouse.engines.metadata import tables
from charthouse.model.errors import AlreadyExists, InvalidRequest, NotFound
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.accounts import AccountKind
from charthouse.ports.robots import NewRobot, Robot, RobotChange, RobotGrant, RobotRights, TrustedIdentity

from .world import NOW, World


def wanted(owner_id: int, name: str, *grants: RobotGrant, creates: bool = False) -> NewRobot:
    return NewRobot(
        owner_id=owner_id,
        name=name,
        sealed_token=b"\0sealed\xff",
        creates=creates,
        description="pushes ☸",
        metadata='{"a":1}',
        grants=grants,
        now_ms=NOW,
    )


async def add(world: World, owner_id: int, name: str, *grants: RobotGrant, creates: bool = False) -> Robot:
    return await world.store.robots.add(wanted(owner_id, name, *grants, creates=creates))


async def test_a_robot_is_found(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    made = await add(world, alice, "alice+ci")
    robots = world.store.robots
    assert (made.account.name, made.account.kind, made.account.enabled) == (
        "alice+ci",
        AccountKind.ROBOT,
        True,
    )
    assert (made.sealed_token, made.description, made.metadata) == (b"\0sealed\xff", "pushes ☸", '{"a":1}')
    assert await robots.get(alice, "alice+ci") == made
    assert await robots.get(bob, "alice+ci") is None
    assert await robots.get(alice, "alice+c") is None
    assert await world.store.accounts.by_name("alice+ci") == made.account
    found = await robots.login("alice+ci")
    assert found is not None
    assert (found.robot, found.owner.name) == (made, "alice")
    assert await robots.login("alice") is None
    assert await robots.login("nobody+ci") is None


async def test_a_name_is_taken_once(world: World) -> None:
    alice = await world.user("alice")
    stores = [world.harness.store, world.harness.peer] * 4
    results = await asyncio.gather(
        *(store.robots.add(wanted(alice, "alice+ci")) for store in stores), return_exceptions=True
    )
    assert sum(isinstance(result, Robot) for result in results) == 1
    assert sum(isinstance(result, AlreadyExists) for result in results) == len(stores) - 1


async def test_robots_of_an_owner_by_name(world: World) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    for name in ("alice+b", "alice+c", "alice+a"):
        await add(world, alice, name)
    await add(world, bob, "bob+x")
    robots = await world.store.robots.all_of(alice, 100)
    assert [robot.account.name for robot in robots] == ["alice+a", "alice+b", "alice+c"]
    assert len(await world.store.robots.all_of(alice, 2)) == 2
    for nobody in ("\0", "é"):
        assert await world.store.robots.all_of(alice, 1, nobody) == []
        assert await world.store.robots.all_of(alice, 1, "", nobody) == []
    after = await world.store.robots.all_of(alice, 1, "alice+a")
    assert [robot.account.name for robot in after] == ["alice+b"]


async def test_robots_by_a_part_of_their_short_name(world: World) -> None:
    alice = await world.user("alice")
    for name in ("alice+deploy", "alice+de_ploy", "alice+push"):
        await add(world, alice, name)

    async def found(part: str) -> list[str]:
        return [robot.account.name for robot in await world.store.robots.all_of(alice, 9, "", part)]

    assert await found("PLOY") == ["alice+de_ploy", "alice+deploy"]
    assert await found("e_") == ["alice+de_ploy"]
    assert await found("alice") == await found("%") == await found("/") == []
    assert await found("") == ["alice+de_ploy", "alice+deploy", "alice+push"]


async def test_limited_at_birth(world: World) -> None:
    alice = await world.user("alice")
    await world.repository("alice/app", alice, public=True)
    await world.repository("alice/other", alice)
    grants = (RobotGrant("alice/app", Role.WRITE),)
    robot = await add(world, alice, "alice+ci", *grants)
    robot_id = robot.account.account_id
    assert await world.store.robots.grants(robot_id) == [RobotGrant("alice/app", Role.WRITE, True)]
    assert (await world.reads.access(robot_id, "alice/app")).role is Role.WRITE
    assert (await world.reads.access(robot_id, "alice/other")).role is Role.NONE
    assert not (await world.reads.access(robot_id, "alice/new")).can_create


@pytest.mark.parametrize("repository", ["alice/missing", "bob/app", "alice"])
async def test_no_robot_is_made_for_what_is_not_there(world: World, repository: str) -> None:
    alice, bob = await world.user("alice"), await world.user("bob")
    await world.repository("alice/app", alice)
    await world.repository("bob/app", bob)
    before = await world.harness.counts()
    with pytest.raises(InvalidRequest):
        await add(
            world, alice, "alice+ci", RobotGrant("alice/app", Role.READ), RobotGrant(repository, Role.READ)
        )
    assert await world.harness.counts() == before


async def test_a_robot_administers_what_it_creates(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    robot = await add(world, acme, "acme+maker", creates=True)
    robot_id = robot.account.account_id
    assert (await world.reads.access(robot_id, "acme/new")).can_create
    assert not (await world.reads.access(robot_id, "alice/new")).can_create
    await world.repository("acme/new", robot_id)
    assert (await world.reads.access(robot_id, "acme/new")).role is Role.ADMIN


async def test_changes(world: World) -> None:
    alice = await world.user("alice")
    for path in ("alice/a", "alice/b"):
        await world.repository(path, alice)
    robot = await add(world, alice, "alice+ci", RobotGrant("alice/a", Role.READ))
    robot_id = robot.account.account_id
    robots = world.store.robots
    await robots.change(robot_id, RobotChange(description="new", creates=True))
    changed = await robots.get(alice, "alice+ci")
    assert changed is not None
    assert (changed.description, changed.metadata, changed.creates) == ("new", '{"a":1}', True)
    assert [grant.repository for grant in await robots.grants(robot_id)] == ["alice/a"]
    await robots.change(robot_id, RobotChange(grants=[RobotGrant("alice/b", Role.ADMIN)], metadata=""))
    assert await robots.grants(robot_id) == [RobotGrant("alice/b", Role.ADMIN)]
    with pytest.raises(InvalidRequest):
        await robots.change(robot_id, RobotChange(grants=[RobotGrant("alice/c", Role.READ)]))
    assert await robots.grants(robot_id) == [RobotGrant("alice/b", Role.ADMIN)]
    assert (await world.peer_reads.access(robot_id, "alice/a")).role is Role.NONE


async def test_a_new_token_raises_the_epochs(world: World) -> None:
    alice = await world.user("alice")
    robot = await add(world, alice, "alice+ci")
    await world.store.robots.set_token(robot.account.account_id, b"other")
    after = await world.store.robots.get(alice, "alice+ci")
    assert after is not None
    assert after.sealed_token == b"other"
    assert after.account.epoch > robot.account.epoch
    assert after.account.login_epoch > robot.account.login_epoch
    access = await world.peer_reads.access(robot.account.account_id, "alice/app")
    assert access.epoch == after.account.epoch


async def test_an_owner_takes_its_robots_along(world: World) -> None:
    alice = await world.user("alice")
    robot = await add(world, alice, "alice+ci")
    await world.store.accounts.set_enabled(alice, enabled=False)
    assert (await world.reads.access(robot.account.account_id, "alice/app")).epoch == -1
    found = await world.store.robots.login("alice+ci")
    assert found is not None
    assert not found.robot.account.enabled
    await world.store.accounts.set_enabled(alice, enabled=True)
    access = await world.reads.access(robot.account.account_id, "alice/app")
    assert access.epoch > robot.account.epoch


async def test_federation(world: World) -> None:
    alice = await world.user("alice")
    robot_id = (await add(world, alice, "alice+ci")).account.account_id
    robots = world.store.robots
    assert await robots.federation(robot_id) == []
    trusted = [
        TrustedIdentity("https://b.example.com", "s", ("x", "ü"), {"ref": "refs/heads/*"}),
        TrustedIdentity("https://a.example.com", "repo:acme/app:ref:refs/heads/main"),
    ]
    epoch = (await world.reads.access(robot_id, "alice/app")).epoch
    await robots.set_federation(robot_id, trusted)
    assert await robots.federation(robot_id) == trusted
    assert (await world.peer_reads.access(robot_id, "alice/app")).epoch > epoch
    await asyncio.gather(
        *(
            store.robots.set_federation(robot_id, trusted)
            for store in [world.harness.store, world.harness.peer] * 3
        )
    )
    assert await robots.federation(robot_id) == trusted
    await robots.set_federation(robot_id, [])
    assert await robots.federation(robot_id) == []


async def test_rights_of_all(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    await world.repository("acme/app", alice)
    one = (await add(world, acme, "acme+one", RobotGrant("acme/app", Role.READ))).account.account_id
    two = (await add(world, acme, "acme+two")).account.account_id
    three = (await add(world, acme, "acme+three")).account.account_id
    await world.team(acme, "crew", NamespaceRole.MEMBER, one, two)
    assert await world.store.robots.rights(acme) == {
        one: RobotRights(("crew",), ("acme/app",)),
        two: RobotRights(("crew",), ()),
    }
    assert await world.store.robots.rights(alice) == {}
    assert await world.store.robots.teams(two) == ["crew"]
    assert await world.store.robots.teams(three) == []


async def test_nothing_is_left_of_a_robot(world: World) -> None:
    alice = await world.user("alice")
    acme = await world.organization("acme", alice)
    repository_id = await world.repository("acme/app", alice)
    await world.team(acme, "crew", NamespaceRole.MEMBER)
    before = await world.harness.counts()
    robots = [
        await add(world, acme, f"acme+{name}", RobotGrant("acme/app", Role.READ)) for name in ("one", "two")
    ]
    ids = [robot.account.account_id for robot in robots]

    def entangle(connection: Connection) -> None:
        crew = connection.execute(select(tables.team.c.id).where(tables.team.c.name == "crew")).scalar_one()
        rows: list[dict[str, Any]] = [
            {"uuid": f"{robot_id}-a", "creator_id": robot_id, "account_id": alice} for robot_id in ids
        ] + [{"uuid": f"{robot_id}-b", "creator_id": None, "account_id": robot_id} for robot_id in ids]
        for row in rows:
            row |= {"organization_id": acme, "role": Role.READ.value}
            connection.execute(insert(tables.default_permission).values(row))
        for robot_id in ids:
            connection.execute(insert(tables.team_member).values(team_id=crew, account_id=robot_id))

    await world.harness.tables(entangle)
    await world.store.robots.set_federation(ids[0], [TrustedIdentity("https://a.example.com", "s")])
    await world.store.robots.remove(ids[0])
    assert await world.store.robots.get(acme, "acme+one") is None
    assert (await world.peer_reads.access(ids[0], "acme/app")).epoch == -1
    await world.store.robots.remove(ids[1])
    left = await world.harness.counts()
    left.pop("change_log")
    before.pop("change_log", None)
    assert left == before
    assert (await world.reads.access(alice, "acme/app")).repository_id == repository_id
    again = await add(world, acme, "acme+one")
    assert again.account.account_id not in ids


async def test_what_is_gone_cannot_be_changed(world: World) -> None:
    alice = await world.user("alice")
    await world.repository("alice/app", alice)
    robots = world.store.robots
    robot_id = (await add(world, alice, "alice+ci")).account.account_id
    assert await robots.remove(robot_id)
    before = await world.harness.counts()
    assert not await robots.remove(robot_id)
    assert not await robots.set_token(robot_id, b"x")
    assert not await robots.set_federation(robot_id, [TrustedIdentity("https://a.example.com", "s")])
    assert not await robots.change(robot_id, RobotChange(grants=[RobotGrant("alice/app", Role.READ)]))
    assert await world.harness.counts() == before
    with pytest.raises(NotFound):
        await add(world, 1_234_567, "nobody+ci")


async def test_changes_and_removal_at_once(world: World) -> None:
    alice = await world.user("alice")
    repository_id = await world.repository("alice/app", alice)
    trusted = [TrustedIdentity("https://a.example.com", "s")]
    for round_number in range(5):
        robot_id = (await add(world, alice, f"alice+ci{round_number}")).account.account_id
        one, other = world.harness.store, world.harness.peer
        await asyncio.gather(
            one.robots.set_federation(robot_id, trusted),
            other.grants.grant(repository_id, robot_id, Role.WRITE),
            other.robots.remove(robot_id),
            one.robots.change(robot_id, RobotChange(grants=[RobotGrant("alice/app", Role.READ)])),
            other.robots.set_token(robot_id, b"x"),
        )
    counts = await world.harness.counts()
    assert not {"robot", "robot_federation"} & set(counts)
    assert counts["repository_grant"] == 1  # the owner's, who made the repository


async def test_no_robot_outlives_its_owner(world: World) -> None:
    for number in range(5):
        owner = await world.user(f"user{number}")
        one, other = world.harness.store, world.harness.peer
        await asyncio.gather(
            one.robots.add(wanted(owner, f"user{number}+a")),
            other.namespaces.delete(owner),
            one.robots.add(wanted(owner, f"user{number}+b")),
            return_exceptions=True,
        )
    assert "robot" not in await world.harness.counts()
