"""Every engine that the suite runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from charthouse.ports.blobs import BlobStore

from .harness import FilesystemHarness, Harness, MemoryHarness, opened

ENGINES = ["LocalStorage"]


@pytest.fixture(params=["memory", *ENGINES])
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    async with opened(_make(request.param, tmp_path)) as harness:
        yield harness


@pytest.fixture(params=ENGINES)
async def real_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    """An engine that ships: the fake's memory is not bounded."""
    async with opened(_make(request.param, tmp_path)) as harness:
        yield harness.store


@pytest.fixture
def store(harness: Harness) -> BlobStore:
    return harness.store


@pytest.fixture
def peer(harness: Harness) -> BlobStore:
    return harness.peer


def _make(engine: str, place: Path) -> Harness:
    if engine == "memory":
        return MemoryHarness()
    return FilesystemHarness(place / "store")
