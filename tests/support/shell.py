"""Programs run as one person runs them: with a home directory of their own, and nothing of this machine's settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

Result = subprocess.CompletedProcess[str]


class Shell:
    """Runs programs in ``home``, where they also keep their settings, caches and credentials."""

    def __init__(self, home: Path, **environment: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "REGISTRY_AUTH_FILE": str(home / "auth.json"),
            "LANG": "C.UTF-8",
            **environment,
        }

    def run(self, *command: str | Path, stdin: str = "", seconds: float = 60) -> Result:
        """Run a command that must succeed; raises AssertionError with its output when it does not."""
        result = self._run(command, stdin, seconds)
        assert result.returncode == 0, f"{_words(command)} ended with {result.returncode}:\n{_output(result)}"
        return result

    def refused(self, *command: str | Path, stdin: str = "", seconds: float = 60) -> str:
        """Run a command that must fail, and return all that it said."""
        result = self._run(command, stdin, seconds)
        assert result.returncode != 0, f"{_words(command)} should have failed:\n{_output(result)}"
        return _output(result)

    def _run(self, command: tuple[str | Path, ...], stdin: str, seconds: float) -> Result:
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment,
            timeout=seconds,
        )


def _words(command: tuple[str | Path, ...]) -> str:
    return " ".join(map(str, command))


def _output(result: Result) -> str:
    return result.stdout + result.stderr
