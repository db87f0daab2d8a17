"""One world a module; each call puts it back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from .world import World, world_in


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world_in(tmp_path_factory.mktemp("authorization") / "data") as made:
        yield made
