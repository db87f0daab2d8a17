"""From a header to an actor: verified once, then recognized until it ends."""

from __future__ import annotations

import base64

import pytest

from charthouse.model.errors import Unauthorized
from charthouse.model.permissions import Actor, ActorKind, Role

from .conftest import PASSWORD, TOKEN_SECONDS, World

PEER = "192.0.2.1"


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


async def bearer(world: World, name: str = "alice", *, offline: bool = False) -> str:
    world.rights.roles[1, "acme/web"] = Role.WRITE
    issued = await world.service.issue(
        basic(name, PASSWORD),
        service="localhost",
        scopes=["repository:acme/web:pull,push"],
        offline=offline,
        peer=PEER,
    )
    return f"Bearer {issued.refresh_token if offline else issued.token}"


async def test_basic(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    header = basic("alice", PASSWORD)
    assert world.authenticator.recognize(header.encode()) is None
    actor = await world.authenticator.authenticate(header, PEER)
    assert actor == Actor(alice.account_id, "alice", ActorKind.USER, alice.epoch, login_epoch=1)
    assert world.authenticator.recognize(header.encode()) is actor
    assert world.authenticator.recognize(basic("alice", PASSWORD + "x").encode()) is None
    assert header.encode() not in world.authenticator._known
    world.clock.advance(60)
    assert world.authenticator.recognize(header.encode()) is None


async def test_bearer(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    header = await bearer(world)
    assert world.authenticator.recognize(header.encode()) is None
    actor = await world.authenticator.authenticate(header, PEER)
    assert (actor.account_id, actor.name, actor.kind) == (alice.account_id, "alice", ActorKind.USER)
    assert (actor.epoch, actor.limits) == (alice.epoch, {"acme/web": Role.WRITE})
    assert actor.expires_ms == world.clock.now_ms() // 1000 * 1000 + TOKEN_SECONDS * 1000
    assert world.authenticator.recognize(header.encode()) is actor
    assert (await world.authenticator.authenticate(header.replace("Bearer", "bearer"), PEER)) == actor


async def test_an_expired_token_is_not_recognized(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    header = await bearer(world)
    await world.authenticator.authenticate(header, PEER)
    world.clock.advance(TOKEN_SECONDS - 0.001)
    assert world.authenticator.recognize(header.encode()) is not None
    world.clock.advance(0.001)
    assert world.authenticator.recognize(header.encode()) is None
    with pytest.raises(Unauthorized, match="expired"):
        await world.authenticator.authenticate(header, PEER)


async def test_a_refresh_token_opens_nothing(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    with pytest.raises(Unauthorized):
        await world.authenticator.authenticate(await bearer(world, offline=True), PEER)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Digest a=b", "Basic", "Basic x", "Basic %%", "token"]
)
async def test_what_is_no_credential(world: World, header: str) -> None:
    with pytest.raises(Unauthorized):
        await world.authenticator.authenticate(header, PEER)
    assert world.authenticator.recognize(header.encode()) is None


async def test_forgetting(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    await world.users.create_user("bob", PASSWORD, "")
    headers = [await bearer(world), basic("alice", PASSWORD), basic("bob", PASSWORD)]
    for header in headers:
        await world.authenticator.authenticate(header, PEER)
    world.authenticator.forget(alice.account_id)
    recognized = [world.authenticator.recognize(header.encode()) for header in headers]
    assert [actor and actor.name for actor in recognized] == [None, None, "bob"]
    world.authenticator.forget_all()
    assert world.authenticator.recognize(headers[2].encode()) is None


async def test_an_actor_keeps_the_epoch_of_its_credential(world: World) -> None:
    alice = await world.users.create_user("alice", PASSWORD, "")
    header = await bearer(world)
    await world.accounts.set_password(alice.account_id, await world.passwords.hash("the-next-one"))
    # Valid by itself, but every use compares this epoch with the account's.
    assert (await world.authenticator.authenticate(header, PEER)).epoch == alice.epoch


async def test_memory_is_bounded(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    world.authenticator._capacity = 2
    headers = [await bearer(world) for _ in range(3)]
    for header in headers:
        await world.authenticator.authenticate(header, PEER)
    assert [world.authenticator.recognize(header.encode()) is None for header in headers] == [
        True,
        False,
        False,
    ]


async def test_a_huge_credential_is_not_kept(world: World) -> None:
    await world.users.create_user("alice", PASSWORD, "")
    world.rights.roles |= {(1, f"acme/{'x' * 200}{number}"): Role.READ for number in range(60)}
    issued = await world.service.issue(
        basic("alice", PASSWORD),
        service="localhost",
        scopes=[f"repository:acme/{'x' * 200}{number}:pull" for number in range(60)],
        offline=False,
        peer=PEER,
    )
    header = f"Bearer {issued.token}"
    assert len((await world.authenticator.authenticate(header, PEER)).limits or ()) == 60
    assert world.authenticator.recognize(header.encode()) is None
