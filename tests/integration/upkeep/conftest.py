"""A registry in the test's process, with a user who owns the namespace ``ann``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.compose import Registry
from charthouse.model.permissions import Actor
from tests.support.clock import ManualClock
from tests.support.registry import add_user, present, registry_in


@pytest.fixture
def clock() -> ManualClock:
    return present()


@pytest.fixture
async def registry(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path / "data", clock) as opened:
        yield opened


@pytest.fixture
async def ann(registry: Registry) -> Actor:
    return await add_user(registry, "ann")
