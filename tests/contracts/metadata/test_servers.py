"""What only server databases do: they go away and come back."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from charthouse.model.errors import Unavailable
from charthouse.model.permissions import Role
from tests.support.databases import DatabaseServer

from .world import NOW, World, index

APP = "alice/app"
KILL_ALL = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname LIKE 'test%' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE db = 'ready' AND id <> connection_id()",
}


@pytest.fixture(params=["postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def alice(world: World) -> int:
    return await world.user("alice")


async def _use(world: World, alice: int, tag: str) -> None:
    await world.push(APP, alice, index(), tag)
    assert await world.reads.manifest(alice, APP, tag) is not None
    assert await world.store.accounts.by_name("alice") is not None
    await world.store.check()


async def test_lost_connections_are_not_noticed(
    world: World, alice: int, engine: str, server: DatabaseServer
) -> None:
    await _use(world, alice, "v1")
    for number in range(3):
        await _end_connections(world, engine, server)
        await _use(world, alice, f"v{number}")


async def _end_connections(world: World, engine: str, server: DatabaseServer) -> None:
    if engine == "postgresql":
        await server.execute(KILL_ALL[engine])
    else:
        peer = world.harness.peer
        ids = await peer._content.scan(  # type: ignore[attr-defined]
            lambda connection: list(connection.execute(text(KILL_ALL[engine])).scalars())
        )
        await server.execute(*(f"KILL {number}" for number in ids))


async def test_the_server_goes_away_and_comes_back(world: World, alice: int, server: DatabaseServer) -> None:
    await _use(world, alice, "v1")
    await asyncio.to_thread(server.stop)
    try:
        for _ in range(2):
            for attempt in (
                world.store.check(),
                world.reads.access(alice, APP),
                world.reads.manifest(alice, APP, "v1"),
                world.store.accounts.by_name("alice"),
                world.push(APP, alice, index(), "v2"),
            ):
                with pytest.raises(Unavailable, match="does not answer"):
                    await attempt
    finally:
        await asyncio.to_thread(server.start)
    assert await world.reads.manifest(alice, APP, "v2") is None
    await _use(world, alice, "v2")
    assert (await world.reads.access(alice, APP)).role == Role.ADMIN


async def test_concurrent_questions_share_queries(world: World, alice: int) -> None:
    await world.push(APP, alice, index(), "v1")
    remote = world.store.remote
    assert remote is not None
    answers = await asyncio.gather(
        *(remote.manifest(alice, APP, f"v{number % 2}", NOW) for number in range(500))
    )
    for number, (access, head) in enumerate(answers):
        assert access.role == Role.ADMIN
        assert (head is not None) == (number % 2 == 1)


async def test_what_cannot_be_asked_fails_alone(world: World, alice: int) -> None:
    await world.push(APP, alice, index(), "v1")
    remote = world.store.remote
    assert remote is not None
    poison = ["alice/\0", "alice/\ud800"]
    names = [APP, *poison] * 5
    answers = await asyncio.gather(*(remote.access(alice, name) for name in names), return_exceptions=True)
    for name, answer in zip(names, answers, strict=True):
        if name == APP:
            assert not isinstance(answer, BaseException)
            assert answer.role == Role.ADMIN
        elif not isinstance(answer, BaseException):
            assert answer.role == Role.NONE


async def test_a_caller_that_leaves_disturbs_nobody(world: World, alice: int) -> None:
    await world.push(APP, alice, index(), "v1")
    remote = world.store.remote
    assert remote is not None
    tasks = [asyncio.create_task(remote.access(alice, APP)) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert all(not isinstance(answer, BaseException) for answer in answers[1::2])


async def test_a_closed_store_refuses(world: World, alice: int) -> None:
    await world.harness.store.close()
    with pytest.raises(Unavailable):
        await world.reads.access(alice, APP)
