"""Real object stores for a module's tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.versitygw import ACCESS_KEY, SECRET_KEY, S3Server, versitygw


@pytest.fixture(scope="package")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with versitygw(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def arguments(s3_server: S3Server) -> dict[str, Any]:
    """Arguments of S3Storage on a new bucket."""
    return s3_arguments(s3_server)


def s3_arguments(server: S3Server) -> dict[str, Any]:
    bucket = f"test-{uuid.uuid4()}"
    (server.directory / bucket).mkdir()
    return {
        "storage_path": "/registry",
        "s3_bucket": bucket,
        "s3_access_key": ACCESS_KEY,
        "s3_secret_key": SECRET_KEY,
        "endpoint_url": server.url,
    }
