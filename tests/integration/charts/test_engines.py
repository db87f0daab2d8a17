"""A registry on each engine: who reads by standing, and charts whose push is answered when the index shows them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from charthouse.compose import Registry
from charthouse.compose.charts import pending_of
from charthouse.model.digests import digest_of
from charthouse.model.errors import NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Standing
from charthouse.ports.sandbox import OverBudget
from tests.support.engines import ENGINES, with_empty_tables
from tests.support.packages import package, push_chart
from tests.support.registry import add_user, push_image, read_blob, registry_in

WEB = RepositoryName("alice/web")


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str | None:
    servers = {"postgresql": "postgres", "mariadb": "mariadb"}
    if request.param not in servers:
        return None
    return asyncio.run(with_empty_tables(request.getfixturevalue(servers[request.param])))


@pytest.fixture
async def registry(database: str | None, tmp_path: Path) -> AsyncIterator[Registry]:
    secret = "a secret that all replicas know"
    async with registry_in(tmp_path, database=database, database_secret_key=secret) as opened:
        yield opened


async def test_who_may_read_by_standing_reads_on_every_engine(registry: Registry) -> None:
    alice, root = await add_user(registry, "alice"), await add_user(registry, "root")
    await push_image(registry, alice, WEB, "v1", b"{}")
    with pytest.raises(NameUnknown):
        await registry.reader.manifest(root, WEB, "v1")
    with pytest.raises(NameUnknown):
        await registry.reader.blob(root, WEB, digest_of(b"{}"))
    superuser = msgspec.structs.replace(root, standing=Standing.FULL_SUPERUSER)
    assert (await registry.reader.manifest(superuser, WEB, "v1")).row.content
    assert await read_blob(registry, superuser, WEB, digest_of(b"{}")) == b"{}"
    assert await registry.reader.tags(superuser, WEB, "", 10) == ["v1"]
    ordinary = msgspec.structs.replace(root, standing=Standing.SUPERUSER)
    with pytest.raises(NameUnknown):
        await registry.reader.manifest(ordinary, WEB, "v1")


async def test_a_chart_is_shown_when_its_push_is_answered(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, charts = await add_user(registry, "alice"), registry.metadata.charts
    root = msgspec.structs.replace(await add_user(registry, "root"), standing=Standing.FULL_SUPERUSER)
    odd = package("web", "1.0.0", {"README.md": b"a\0b"}, 'description: "a\\0b \\U0001F600"')
    await push_chart(registry, alice, WEB, "1.0.0", odd)
    repository_id = (await registry.reader.access(alice.account_id, WEB)).repository_id

    async def shown() -> list[str]:
        return [v.tag for v in await charts.versions(repository_id, registry.clock.now_ms())]

    assert await shown() == ["1.0.0"]
    await push_chart(registry, root, WEB, "1.1.0", package("web", "1.1.0"))
    assert await shown() == ["1.1.0", "1.0.0"]

    async def slow(request: bytes, deadline_s: float) -> bytes:
        raise OverBudget("it takes too long")

    with monkeypatch.context() as patched:
        patched.setattr(registry.chart_sandbox, "run", slow)
        await push_chart(registry, alice, WEB, "2.0.0", package("web", "2.0.0"))
    assert await shown() == ["1.1.0", "1.0.0"]
    assert (await pending_of(registry).settle()).charts == 1
    assert await shown() == ["2.0.0", "1.1.0", "1.0.0"]
