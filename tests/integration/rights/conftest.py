"""Two replicas on one database of each engine: what is lost at one must be lost at the other, whatever it remembers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from charthouse.compose import Registry, prepare, server
from charthouse.config.loader import load
from charthouse.config.settings import People
from tests.security.authorization.world import served
from tests.support.browser import Browser
from tests.support.engines import ENGINES, with_empty_tables

from .scene import OWNER, PASSWORD, ROOT, Replica, Scene

OPTIONS: dict[str, Any] = {
    "people": People(super_users=(ROOT,)),
    "server_hostname": "registry.example.com",
    "url_scheme": "https",
    "access_log": "off",
    "database_secret_key": "a secret that both replicas know",
}
_numbers = itertools.count(1)


@pytest.fixture(scope="module", params=ENGINES)
def database(request: pytest.FixtureRequest) -> str | None:
    """A database of this engine with empty tables; None: the files of the data directory."""
    servers = {"postgresql": "postgres", "mariadb": "mariadb"}
    if request.param not in servers:
        return None
    return asyncio.run(with_empty_tables(request.getfixturevalue(servers[request.param])))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replicas(
    database: str | None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Replica, Replica]]:
    """Two applications on the database, with no memory in common."""
    settings = load(
        data=tmp_path_factory.mktemp("rights") / "data", environment={}, database=database, **OPTIONS
    )
    await asyncio.to_thread(prepare, settings)
    registry = Registry(settings)
    await registry.open()
    for name in (OWNER, ROOT):
        await registry.users.create_user(name, PASSWORD, f"{name}@example.com")
    await registry.close()
    async with AsyncExitStack() as running:
        fronts = [server(settings), server(settings)]
        for front in fronts:
            await running.enter_async_context(served(front))
        one, two = map(Replica, fronts)
        yield one, two


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def governors(replicas: tuple[Replica, Replica]) -> tuple[Browser, Browser]:
    """The owner of all organizations and the superuser, signed in at the first replica."""
    browsers = Browser(replicas[0]), Browser(replicas[0])
    for browser, name in zip(browsers, (OWNER, ROOT), strict=True):
        assert (await browser.sign_in(name, PASSWORD)).status == 200
    return browsers


@pytest_asyncio.fixture(loop_scope="module")
async def scene(replicas: tuple[Replica, Replica], governors: tuple[Browser, Browser]) -> Scene:
    """An organization with a repository, and a person who has nothing yet: all new."""
    made = Scene(*replicas, *governors, number=next(_numbers))
    await made.prepare()
    return made
