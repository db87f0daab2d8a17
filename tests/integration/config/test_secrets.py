"""No command tells a secret of its configuration: not in what it prints, not in what it logs, whatever fails."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.support.secrets import SECRET, planted
from tests.support.server import CHARTHOUSE

from .conftest import Command


@pytest.mark.parametrize(
    "words",
    [
        ["config", "validate", "config.yaml"],
        ["config", "validate", "config.yaml", "--output", "json"],
        ["config", "validate", "config.yaml", "--online", "--timeout", "2"],
        ["config", "validate", "config.yaml", "--online", "--timeout", "2", "--output", "json"],
        ["config", "show", "--config", "config.yaml"],
        ["config", "show", "--config", "config.yaml", "--output", "json"],
        ["serve", "--port", "0", "--config", "config.yaml"],
        ["worker", "--config", "config.yaml"],
        ["gc", "--config", "config.yaml"],
        ["scrub", "--config", "config.yaml"],
        ["admin", "create-user", "ann", "--config", "config.yaml", "--password-stdin"],
    ],
)
def test_what_commands_tell(command: Command, words: list[str]) -> None:
    (command.place / "config.yaml").write_text(json.dumps(planted()))
    done = subprocess.run(
        [CHARTHOUSE, *words],
        cwd=command.place,
        env={"PATH": os.environ["PATH"], "HOME": str(command.place)},
        input=f"{SECRET}\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert len(done.stdout + done.stderr) > 100
    assert SECRET not in done.stdout
    assert SECRET not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if words[1] in ("show", "validate") and "--online" not in words else 1)
