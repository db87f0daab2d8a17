"""Every engine that the suite runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .harness import Harness, sqlite_url
from .world import World


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the engine."""
    return sqlite_url(tmp_path)


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[Harness]:
    harness = Harness(database_url)
    await harness.open()
    yield harness
    await harness.close()


@pytest.fixture
def world(harness: Harness) -> World:
    return World(harness)
