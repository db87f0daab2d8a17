"""The real programs that tests drive; how they are installed stands in ``tools/tools.toml``."""

from __future__ import annotations

from pathlib import Path

from tools.install import program


def tool(name: str) -> Path:
    """Return the program that ``tools/tools.toml`` calls ``name``.

    Raises RuntimeError when it is not installed: a test never goes on without its real part.
    """
    path = program(name)
    if not path.exists():
        raise RuntimeError(f"{name} is not installed (looked for {path}). Run: make tools")
    return path
