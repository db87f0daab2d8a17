"""The real command, and the real servers that a configuration names."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import DatabaseServer
from tests.support.mariadb import mariadb_server
from tests.support.postgres import postgres_server
from tests.support.redis import RedisServer, redis_server
from tests.support.server import CHARTHOUSE
from tests.support.versitygw import S3Server, versitygw


class Command:
    """Runs ``charthouse config`` in a directory of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def run(
        self, *words: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CHARTHOUSE, "config", *words],
            cwd=self.place,
            env={"PATH": os.environ["PATH"], "HOME": str(self.place), **(environment or {})},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def validate(self, settings: Mapping[str, Any], *words: str) -> dict[str, Any]:
        """Validate a file of these settings; returns the report, whose status was the right one."""
        (self.place / "config.yaml").write_text(json.dumps(settings))  # JSON is YAML
        done = self.run("validate", "config.yaml", "--output", "json", *words)
        assert done.stderr == ""
        report: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if report["valid"] else 1)
        return report

    def online(self, settings: Mapping[str, Any], seconds: float = 20) -> dict[str, tuple[bool, str]]:
        """Return what became of each attempt: whether it worked, and the verdict."""
        checks = self.validate(settings, "--online", "--timeout", str(seconds))["checks"]
        return {check["name"]: (check["ok"], check["verdict"]) for check in checks}


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture(scope="package", params=["postgresql", "mysql"])
def database(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """A server that offers TLS, with the empty database ``here``."""
    with postgres_server(tls=True) if request.param == "postgresql" else mariadb_server(tls=True) as running:
        asyncio.run(running.create_database("here"))
        yield running


@pytest.fixture(scope="package")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with versitygw(tmp_path_factory.mktemp("s3")) as running:
        (running.directory / "registry").mkdir()
        yield running


@pytest.fixture(scope="package", params=[False, True], ids=["plain", "tls"])
def redis(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis") / "place", request.param) as running:
        yield running
