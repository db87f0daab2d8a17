"""Default permissions: kept, and applied to whatever is created, by a push too."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from charthouse.engines.metadata import tables as t
from charthouse.model.errors import InvalidRequest
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.defaults import PutDefault

from .world import NOW, World


class Acme:
    """An organization of alice's with a team, bob who creates, and carol."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.defaults = world.store.defaults

    async def fill(self) -> None:
        self.alice, self.bob, self.carol = [await self.world.user(n) for n in ("alice", "bob", "carol")]
        self.id = await self.world.organization("acme", self.alice)
        self.dev = await self.world.team(self.id, "dev", NamespaceRole.CREATOR, self.bob)

    async def put(
        self, role: Role, creator: int | None = None, account: int | None = None, team: int | None = None
    ) -> str:
        wish = PutDefault(str(uuid.uuid4()), self.id, creator, account, team, role)
        return await self.defaults.put(wish)

    async def granted(self, path: str) -> set[tuple[int | None, int | None, int]]:
        """Return what a repository grants: account, team, role."""
        grant = t.repository_grant.c
        query = (
            select(grant.account_id, grant.team_id, grant.role)
            .join(t.repository, t.repository.c.id == grant.repository_id)
            .where(t.repository.c.path == path)
        )
        rows = await self.world.harness.tables(lambda c: list(c.execute(query)))
        return {(account, team, role) for account, team, role in rows}


@pytest.fixture
async def acme(world: World) -> Acme:
    found = Acme(world)
    await found.fill()
    return found


async def robot(world: World, owner_id: int, name: str) -> int:
    def add(connection: Connection) -> int:
        row: dict[str, Any] = {
            "name": name,
            "kind": "robot",
            "email": "",
            "password_hash": "",
            "enabled": True,
        }
        row |= {"superuser": False, "epoch": 1, "created_ms": NOW, "login_epoch": 1, "profile": ""}
        key = connection.execute(insert(t.account).values(row)).inserted_primary_key
        assert key is not None
        of = {"owner_id": owner_id, "sealed_token": b"", "creates": False, "description": "", "metadata": ""}
        connection.execute(insert(t.robot).values(account_id=key[0], **of))
        return int(key[0])

    return await world.harness.tables(add)


async def test_they_are_kept(acme: Acme) -> None:
    bot = await robot(acme.world, acme.id, "acme+bot")
    ids = {
        await acme.put(Role.READ, account=acme.carol): (Role.READ, None, ("carol", False), ""),
        await acme.put(Role.WRITE, creator=acme.bob, account=bot): (
            Role.WRITE, ("bob", True), ("acme+bot", True), "",
        ),
        await acme.put(Role.ADMIN, team=acme.dev): (Role.ADMIN, None, None, "dev"),
    }  # fmt: skip
    found = {
        rule.uuid: (
            rule.role,
            rule.creator and (rule.creator.account.name, rule.creator.member),
            rule.account and (rule.account.account.name, rule.account.member),
            rule.team,
        )
        for rule in await acme.defaults.all(acme.id)
    }
    assert found == ids
    for key in ids:
        one = await acme.defaults.get(acme.id, key)
        assert one is not None
        assert one.uuid == key
        assert await acme.defaults.get(acme.alice, key) is None
    assert await acme.defaults.get(acme.id, "n\u00f6ne") is None


async def test_one_rule_for_one_delegate(acme: Acme) -> None:
    first = await acme.put(Role.READ, account=acme.carol)
    special = await acme.put(Role.READ, creator=acme.bob, account=acme.carol)
    assert await acme.put(Role.WRITE, account=acme.carol) == first
    assert await acme.put(Role.ADMIN, creator=acme.bob, account=acme.carol) == special != first
    assert {(r.uuid, r.role) for r in await acme.defaults.all(acme.id)} == {
        (first, Role.WRITE),
        (special, Role.ADMIN),
    }


async def test_change_and_remove(acme: Acme) -> None:
    key = await acme.put(Role.READ, team=acme.dev)
    other = await acme.world.organization("other", acme.carol)
    assert not await acme.defaults.set_role(other, key, Role.ADMIN)
    assert not await acme.defaults.remove(other, key)
    assert await acme.defaults.set_role(acme.id, key, Role.WRITE)
    assert [rule.role for rule in await acme.defaults.all(acme.id)] == [Role.WRITE]
    assert await acme.defaults.remove(acme.id, key)
    assert not await acme.defaults.remove(acme.id, key)
    assert not await acme.defaults.set_role(acme.id, key, Role.READ)


async def test_a_robot_of_another_namespace(acme: Acme) -> None:
    bot = await robot(acme.world, acme.carol, "carol+bot")
    with pytest.raises(InvalidRequest, match=r"Cannot add robot carol\+bot under namespace acme"):
        await acme.put(Role.READ, account=bot)


async def test_a_new_repository_grants_them(acme: Acme) -> None:
    await acme.world.repository("acme/old", acme.bob)
    await acme.put(Role.READ, account=acme.carol)
    await acme.put(Role.WRITE, creator=acme.bob, account=acme.carol)
    await acme.put(Role.READ, team=acme.dev)
    await acme.put(Role.READ, account=acme.bob)
    await acme.put(Role.ADMIN, creator=acme.carol, team=acme.dev)
    await acme.world.repository("acme/new", acme.bob)
    await acme.world.push_image("acme/pushed", acme.bob, "layer", "v1")
    for path in ("acme/new", "acme/pushed"):
        assert await acme.granted(path) == {
            (acme.bob, None, Role.ADMIN),  # who made it, not what the rule says of him
            (acme.carol, None, Role.WRITE),  # the rule for bob's wins
            (None, acme.dev, Role.READ),
        }
        assert (await acme.world.reads.access(acme.carol, path)).role is Role.WRITE
    assert await acme.granted("acme/old") == {(acme.bob, None, Role.ADMIN)}
    await acme.world.repository("alice/own", acme.alice)
    assert {row[0] for row in await acme.granted("alice/own")} <= {acme.alice}
