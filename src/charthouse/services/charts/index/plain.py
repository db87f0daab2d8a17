"""The plain text of indexes as files: written once for all callers who may read the same charts."""

from __future__ import annotations

from collections.abc import Sequence

from charthouse.ports.index_files import IndexFiles, Part

from .documents import LevelIndex


class PlainIndexes:
    """Finds the file of an index, or makes it. Without a file the text is streamed."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files

    def peek(self, index: LevelIndex) -> str | None:
        """Return the file of an index when it is there."""
        return self._files.path(_name(index), index.size)

    async def path(self, index: LevelIndex, level: str) -> str | None:
        """Return the file of an index, made if need be; None when none can be kept now."""
        return self.peek(index) or await self._files.make(_name(index), lambda: _parts(index), level)


def _name(index: LevelIndex) -> str:
    return f"{index.key}.yaml"


def _parts(index: LevelIndex) -> Sequence[Part]:
    return [Part(piece.key, piece.size, piece.plain) for piece in index.pieces]
