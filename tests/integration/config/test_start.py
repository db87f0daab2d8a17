"""A start names the keys that have no effect, and refuses those that nobody knows or that protect something."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.server import CHARTHOUSE, StartServer

INERT = "FEATURE_QUOTA_MANAGEMENT: true\nFEATURE_BUILD_SUPPORT: false\nBUILDLOGS_REDIS: {host: a, password: hunter2}\n"


@pytest.mark.parametrize("form", ["text", "json"])
def test_keys_without_effect_are_named(start_server: StartServer, tmp_path: Path, form: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"{INERT}CHARTHOUSE_ACCESS_LOG: {form}\n")
    log = start_server("--workers", "1", "--config", str(config)).log.read_text()
    [line] = [line for line in log.splitlines() if "no effect" in line]
    assert "BUILDLOGS_REDIS, FEATURE_QUOTA_MANAGEMENT" in line
    assert "FEATURE_BUILD_SUPPORT" not in line, "there are no builds, as the file says"
    assert "hunter2" not in log
    if form == "json":
        assert json.loads(line)["level"] == "warning"


def test_a_start_without_such_keys_says_nothing(start_server: StartServer) -> None:
    assert "no effect" not in start_server("--workers", "1").log.read_text()


@pytest.mark.parametrize("command", ["serve", "worker", "gc"])
def test_a_refused_start(tmp_path: Path, command: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("FEATURE_SUPERUSER: true\nFEATURE_FIPS: true\nMAIL_PORT: hunter2\n")
    told = subprocess.run(
        [CHARTHOUSE, command, "--data", tmp_path / "data"],
        env={**os.environ, "CHARTHOUSE_CONFIG": str(config)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert told.returncode == 1
    assert "config.yaml:1: FEATURE_SUPERUSER is no setting: did you mean FEATURE_SUPER_USERS?" in told.stderr
    assert "config.yaml:2: FEATURE_FIPS: only false is accepted yet" in told.stderr
    assert "config.yaml:3: MAIL_PORT: expected a whole number" in told.stderr
    assert "hunter2" not in told.stdout + told.stderr
    assert not (tmp_path / "data").exists()
