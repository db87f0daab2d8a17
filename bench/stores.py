"""Stores on disk: filled ones are made once a machine and kept in the cache."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.install import cache_directory

ROOT = Path(__file__).parents[1]


def fingerprint(*sources: str) -> str:
    """Return a short name for the content of files, given as patterns relative to the project."""
    running = sha256()
    for path in sorted(path for source in sources for path in ROOT.glob(source)):
        running.update(path.read_bytes())
    return running.hexdigest()[:12]


def kept(name: str, version: str, fill: Callable[[Path], None]) -> Path:
    """Return the store called ``name`` in ``version``, made by ``fill`` when it is not there.

    Half a store is never kept, nor is another version.
    """
    final = cache_directory("bench") / f"{name}-{version}"
    if final.exists():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    for outdated in final.parent.glob(f"{name}-{'?' * len(version)}"):
        shutil.rmtree(outdated)
    with TemporaryDirectory(prefix="fill-", dir=final.parent) as directory:
        fill(Path(directory, "data"))
        Path(directory, "data").rename(final)
    return final


@contextmanager
def copy(store: Path) -> Iterator[Path]:
    """Yield a copy of a store, on the same disk, so that no measurement meets another one's pushes."""
    with empty() as data:
        subprocess.run(["cp", "--archive", "--reflink=auto", f"{store}/.", data], check=True)
        yield data


@contextmanager
def empty() -> Iterator[Path]:
    """Yield an empty directory on the same disk as the stores."""
    home = cache_directory("bench")
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="run-", dir=home) as directory:
        data = Path(directory, "data")
        data.mkdir()
        yield data
