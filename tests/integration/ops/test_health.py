"""Health of a real server, in Quay's form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.api.ops.app import OpsApi
from charthouse.compose.health import health_of
from charthouse.compose.registry import Registry
from charthouse.engines.machine import require_room
from charthouse.model.errors import StorageFull
from tests.support.asgi import ask
from tests.support.registry import present, registry_in
from tests.support.server import Answer

INSTANCE = {"auth", "database", "disk_space", "registry_gunicorn", "service_key", "web_gunicorn"}


class Ops:
    """The API of operators over a registry of its own."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    async def ask(self, path: str, method: str = "GET") -> Answer:
        api = OpsApi(health_of(self.registry), lambda: b"")

        async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
            await api.handle(scope, receive, send, b"test")

        return await ask(application, method, path)


@pytest.fixture
async def ops(tmp_path: Path) -> AsyncIterator[Ops]:
    async with registry_in(tmp_path / "data", present()) as registry:
        yield Ops(registry)


@pytest.mark.parametrize(
    ("path", "services"),
    [
        ("/health", INSTANCE),
        ("/health/instance", INSTANCE),
        ("/health/endtoend", {"auth", "database", "storage"}),
        ("/status", {"auth", "database", "storage"}),
        ("/health/warning", {"disk_space_warning"}),
    ],
)
async def test_all_is_well(ops: Ops, path: str, services: set[str]) -> None:
    answer = await ops.ask(path)
    told = answer.json()
    assert set(told) == {"data", "status_code"}
    assert set(told["data"]) == {"services"}
    assert set(told["data"]["services"]) == services
    if path != "/health/warning":  # the disk of whoever runs this may be nearly full
        assert (answer.status, told["status_code"]) == (200, 200)
        assert set(told["data"]["services"].values()) == {True}


async def test_storage_is_gone(ops: Ops, tmp_path: Path) -> None:
    blobs = next((tmp_path / "data").rglob("uploads"))
    blobs.rename(blobs.with_name("elsewhere"))
    answer = await ops.ask("/health/endtoend")
    assert (answer.status, answer.json()["status_code"]) == (503, 503)
    assert answer.json()["data"]["services"] == {"auth": True, "database": True, "storage": False}
    assert (await ops.ask("/health")).status == 200
    ready = await ops.ask("/readyz")
    assert ready.status == 503
    assert ready.json()["parts"]["database"] == "ready"
    assert str(tmp_path) not in ready.body.decode()


async def test_database_is_gone(ops: Ops) -> None:
    await ops.registry.metadata.close()
    for path in ("/health", "/health/instance", "/health/endtoend", "/status", "/readyz"):
        answer = await ops.ask(path)
        assert answer.status == 503, path
    services = (await ops.ask("/health")).json()["data"]["services"]
    assert (services["database"], services["web_gunicorn"]) == (False, True)


@pytest.mark.parametrize("path", ["/_internal_ping", "/v1/_internal_ping", "/v1/_ping"])
async def test_pings(ops: Ops, path: str) -> None:
    answer = await ops.ask(path)
    assert (answer.status, json.loads(answer.body)) == (200, True)
    assert answer.headers.get("x-docker-registry-version") == ("0.6.0" if path == "/v1/_ping" else None)
    assert (await ops.ask(path, "POST")).status == 405
    assert (await ops.ask(path, "HEAD")).body == b""


@pytest.mark.parametrize("path", ["/health/", "/health/enabledebug/x", "/v1/search", "/status/x"])
async def test_nothing_else_is_there(ops: Ops, path: str) -> None:
    assert (await ops.ask(path)).status == 404


def test_room_on_the_disk(tmp_path: Path) -> None:
    require_room(tmp_path, 0.0, 1 << 60)
    require_room(tmp_path, 1.0, 0)
    with pytest.raises(StorageFull):
        require_room(tmp_path, 1.0, 1 << 60)
