"""The matrix: each row of the tables, called by each caller, on the same state."""

from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.api.chartmuseum.routes import ROUTES as CHARTMUSEUM
from charthouse.api.hub.routes import ROUTES as HUB
from charthouse.api.ops.routes import ROUTES as OPS
from charthouse.api.quay.routes import ROUTES as QUAY
from charthouse.console.routes import ROUTES as CONSOLE

from . import (
    rows_charts,
    rows_charts_classic,
    rows_console,
    rows_console_account,
    rows_console_admin,
    rows_console_applications,
    rows_console_charts,
    rows_console_entry,
    rows_console_images,
    rows_console_old_links,
    rows_console_organizations,
    rows_console_repositories,
    rows_console_robots,
    rows_console_teams,
    rows_keyrings,
    rows_museum,
    rows_oauth,
    rows_operations,
    rows_organizations,
    rows_registry,
    rows_repositories,
    rows_robots,
    rows_superusers,
    rows_tags,
    rows_users,
)
from .callers import CALLERS
from .rows import Row
from .world import World

_TABLES = (
    rows_charts,
    rows_charts_classic,
    rows_console,
    rows_console_admin,
    rows_console_charts,
    rows_console_account,
    rows_console_entry,
    rows_console_applications,
    rows_console_old_links,
    rows_console_repositories,
    rows_console_robots,
    rows_console_images,
    rows_console_organizations,
    rows_console_teams,
    rows_operations,
    rows_organizations,
    rows_keyrings,
    rows_museum,
    rows_oauth,
    rows_registry,
    rows_repositories,
    rows_robots,
    rows_superusers,
    rows_tags,
    rows_users,
)
ROWS: tuple[Row, ...] = tuple(row for table in _TABLES for row in table.ROWS)

ELSEWHERE = {
    ("POST", "/api/v1/user/initialize"): "security/test_first_user.py",
    ("PUT", "/keys/services/{service}/keys/{kid}"): "integration/quay/test_service_keys.py",
    ("DELETE", "/keys/services/{service}/keys/{kid}"): "integration/quay/test_service_keys.py",
    ("GET", "/oauth2/federation/robot/token"): "integration/federation/test_exchange.py",
    ("POST", "/-/first-user"): "security/test_first_user.py",
    ("GET", "/-/static/{asset}"): "integration/console/test_assets.py",
}
"""Routes that nobody of this world can succeed at: a registry without users, a token of another issuer's or service's,
an address made of a file's hash."""


def test_no_route_is_missing() -> None:
    offered = {(route.method, route.template) for route in (*QUAY, *CHARTMUSEUM, *HUB, *OPS, *CONSOLE)}
    written = {(row.method, row.template) for row in ROWS} | set(ELSEWHERE)
    assert offered == written, "write a row by hand for each route, in the table of its area"
    for place in ELSEWHERE.values():
        assert (Path(__file__).parents[2] / place).exists()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_route(world: World, row: Row) -> None:
    world.store.restore()
    before = world.store.dump()
    assert row.allowed, "each route has a caller who succeeds"
    for caller in CALLERS:
        answer = await world.call(row, caller)
        expected = row.expected(caller, robots_are_nobody=not row.classic)
        assert answer.status == expected, (caller, answer.body[:300])
        if caller == "observer":
            assert not any(secret.encode() in answer.body for secret in world.secrets)
        after = world.store.dump()
        if caller not in row.allowed:
            assert after == before, f"refused, and yet it changed something: {caller}"
            continue
        if row.method not in {"GET", "HEAD"} and row.changes:
            assert after != before, f"nothing has changed: {caller}"
        if row.proof is not None:
            row.proof(world.store, answer)
        if after != before:
            world.store.restore()
