"""A directory of packages, with or without an index.yaml: nothing is read outside of it."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from charthouse.ports.chart_sources import SourceFailed

from .classic import LARGEST_INDEX, LARGEST_PROVENANCE

_PIECE = 1024 * 1024
_INDEX = "index.yaml"


class PackageDirectory:
    """See the port ChartSource; addresses are paths below the directory. Without ``indexed`` its index is ignored."""

    def __init__(self, path: Path, *, indexed: bool = True) -> None:
        self._path = path
        self._indexed = indexed

    async def open(self) -> None:
        if not self._path.is_dir():
            raise SourceFailed(f"{self._path} is no directory")

    async def close(self) -> None:
        """Nothing is held open."""

    async def index(self) -> bytes | None:
        if not self._indexed:
            return None
        return await asyncio.to_thread(self._content, _INDEX, LARGEST_INDEX)

    async def packages(self) -> Sequence[str]:
        return await asyncio.to_thread(self._packages)

    async def fetch(self, address: str, into: Callable[[bytes], object], limit: int) -> bytes | None:
        name = unquote(address)
        if ":" in name.partition("/")[0]:
            raise SourceFailed(f"{address[:200]} lies elsewhere: import from the repository's address")
        if not await asyncio.to_thread(self._give, name, into, limit):
            raise SourceFailed(f"{self._path / name} is not there")
        return await asyncio.to_thread(self._content, name + ".prov", LARGEST_PROVENANCE)

    def _packages(self) -> list[str]:
        found = []
        for directory, below, files in os.walk(self._path):
            below.sort()
            found += [
                (Path(directory) / name).relative_to(self._path).as_posix()
                for name in sorted(files)
                if name.endswith(".tgz") and not name.startswith(".")
            ]
        return found

    def _content(self, name: str, limit: int) -> bytes | None:
        parts: list[bytes] = []
        return b"".join(parts) if self._give(name, parts.append, limit) else None

    def _give(self, name: str, into: Callable[[bytes], object], limit: int) -> bool:
        """Hand a file's bytes to ``into``; False when it is not there."""
        path = self._path / name
        size = 0
        try:
            with self._opened(path) as file:
                while part := file.read(_PIECE):
                    size += len(part)
                    if size > limit:
                        raise SourceFailed(f"{path} has more than {limit} bytes")
                    into(part)
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            raise SourceFailed(f"{path}: {getattr(error, 'strerror', None) or error}") from None
        return True

    def _opened(self, path: Path) -> BinaryIO:
        """Open a regular file of the directory; a link may lead on as long as it stays inside."""
        if not path.resolve(strict=True).is_relative_to(self._path.resolve()):
            raise SourceFailed(f"{path} leads out of {self._path}")
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise SourceFailed(f"{path} is no regular file")
        return file
