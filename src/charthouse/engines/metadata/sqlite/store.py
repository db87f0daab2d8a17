"""The metadata store in two SQLite files: content, and what changes with every request."""

from __future__ import annotations

import asyncio
from pathlib import Path

from charthouse.engines.metadata.tables_store import TablesStore
from charthouse.ports.reads import InlineReads, RemoteReads

from .file import SqliteFile
from .inline import SqliteReads
from .migrate import migrate_file, require_head


class SqliteMetadata(TablesStore):
    """Metadata in the file ``path`` and in ``activity.db`` beside it.

    A commit to the first survives a power cut; the second may lose its last moments (upload offsets, counts,
    leases), never its consistency.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reads = SqliteReads(path)
        self._content = SqliteFile(path, durable=True)
        self._activity = SqliteFile(_activity_file(path), durable=False)
        super().__init__(self._content, self._activity)
        self.inline: InlineReads | None = self._reads
        self.remote: RemoteReads | None = None

    async def open(self) -> None:
        """Connect; raises Unavailable when a file is not there or its schema is not this code's."""
        require_head(self._content.path)
        require_head(self._activity.path)
        self._reads.open()
        self._content.open()
        self._activity.open()

    async def close(self) -> None:
        """Finish what is queued and disconnect."""
        await asyncio.gather(self._content.close(), self._activity.close())
        self._reads.close()

    async def check(self) -> None:
        """Read from the file; raises Unavailable."""
        self._reads.check()


def migrate(path: Path) -> None:
    """Make or upgrade both files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrate_file(path, {"content"})
    migrate_file(_activity_file(path), {"activity"})


def _activity_file(path: Path) -> Path:
    return path.with_name("activity.db")
