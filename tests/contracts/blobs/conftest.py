"""Every engine that the suite runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from charthouse.ports.blobs import BlobStore
from tests.support.azurite import AzureServer, azurite
from tests.support.versitygw import S3Server, versitygw

from .harness import (
    AzureHarness,
    FilesystemHarness,
    Harness,
    MemoryHarness,
    S3Harness,
    amazon,
    google,
    opened,
)

ENGINES = ["LocalStorage", "S3Storage", "GoogleCloudStorage", "AzureStorage"]


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with versitygw(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def google_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Not Google's: a store that wants requests signed for its region."""
    with versitygw(tmp_path_factory.mktemp("google"), "auto") as server:
        yield server


@pytest.fixture(scope="session")
def azure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureServer]:
    with azurite(tmp_path_factory.mktemp("azure")) as server:
        yield server


@pytest.fixture(params=["memory", *ENGINES])
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    async with opened(_make(request, tmp_path)) as harness:
        yield harness


@pytest.fixture(params=ENGINES)
async def real_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    """An engine that ships: the fake's memory is not bounded."""
    async with opened(_make(request, tmp_path)) as harness:
        yield harness.store


@pytest.fixture
def store(harness: Harness) -> BlobStore:
    return harness.store


@pytest.fixture
def peer(harness: Harness) -> BlobStore:
    return harness.peer


def _make(request: pytest.FixtureRequest, place: Path) -> Harness:
    match request.param:
        case "memory":
            return MemoryHarness()
        case "LocalStorage":
            return FilesystemHarness(place / "store")
        case "S3Storage":
            return S3Harness(request.getfixturevalue("s3_server"), amazon)
        case "GoogleCloudStorage":
            return S3Harness(request.getfixturevalue("google_server"), google)
        case _:
            return AzureHarness(request.getfixturevalue("azure_server"))
