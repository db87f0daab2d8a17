"""The hot questions, on sqlite3 itself: a few microseconds each, on the event loop.

A reader in WAL mode never waits for a writer. Every statement is stepped to its end before it returns, so that
no read transaction lingers and the log can be checkpointed. The contract suite holds each answer equal to
the same question asked through SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from charthouse.engines.metadata.access import AccessFacts, decide
from charthouse.model.permissions import Access
from charthouse.ports.reads import BlobRow, Change, ChangeKind, ManifestRow

from .connections import connect
from .errors import translate
from .walindex import WalIndex

_FAR_BEHIND = 1000
"""Changes after which a reader had better forget everything."""

_ACCESS = """
SELECT r.id, r.public, r.state, n.id, n.enabled, a.epoch,
  (SELECT b.creates FROM robot b WHERE b.account_id = ?1 AND b.owner_id = n.id),
  (SELECT max(t.role) FROM team_member m JOIN team t ON t.id = m.team_id
    WHERE m.account_id = ?1 AND t.organization_id = n.id),
  (SELECT max(g.role) FROM repository_grant g
    WHERE g.repository_id = r.id
      AND (g.account_id = ?1 OR g.team_id IN (SELECT m.team_id FROM team_member m WHERE m.account_id = ?1)))
FROM (SELECT 1)
LEFT JOIN repository r ON r.path = ?2
LEFT JOIN account n ON n.name = ?3
LEFT JOIN account a ON a.id = ?1 AND a.enabled
"""

_MANIFEST_BY_DIGEST = """
SELECT id, digest, media_type, content FROM manifest
WHERE repository_id = ? AND digest = ? AND deleted_ms IS NULL
"""

_MANIFEST_BY_TAG = """
SELECT m.id, m.digest, m.media_type, m.content, t.expires_ms
FROM tag t JOIN manifest m ON m.id = t.manifest_id
WHERE t.repository_id = ? AND t.name = ? AND (t.expires_ms IS NULL OR t.expires_ms > ?)
"""

_BLOB = """
SELECT b.digest, b.size, b.key, l.kept_until_ms
FROM blob b JOIN repository_blob l ON l.repository_id = ? AND l.blob_id = b.id
WHERE b.digest = ? AND NOT b.quarantined AND NOT l.hidden
"""

_TAGS = """
SELECT name FROM tag
WHERE repository_id = ?1 AND name > ?2 AND (expires_ms IS NULL OR expires_ms > ?4) ORDER BY name LIMIT ?3
"""

_CHANGES = "SELECT id, kind, subject, name FROM change_log WHERE id > ? ORDER BY id LIMIT ?"


class SqliteReads:
    """InlineReads of one SQLite file. Used by one thread: the event loop's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._header = b""
        self._version = -1
        self._seen = 0

    def open(self) -> None:
        """Connect, and count all that was committed so far as seen."""
        self._connection = connect(self._path, query_only=True, busy_ms=1000)
        self._cursor = self._connection.cursor()
        self._version = self._data_version()
        self._seen = self._last_change()
        self._index = WalIndex(self._path)

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()
        self._index.close()

    def check(self) -> None:
        """Read something; raises Unavailable when the file cannot be read."""
        self._ask("SELECT version_num FROM alembic_version")

    def changes(self) -> Sequence[Change]:
        """Return what was committed, by any process, since the last call."""
        header = self._index.header()
        if header == self._header:
            return ()
        version = self._data_version()
        changes = () if version == self._version else self._read_changes()
        # Only now: what could not be read is still unseen.
        self._header, self._version = header, version
        return changes

    def access(self, account_id: int, repository: str) -> Access:
        """Decide what the account may do at this name."""
        namespace = repository.partition("/")[0]
        [row] = self._ask(_ACCESS, account_id, repository, namespace)
        return decide(account_id, AccessFacts(*row))

    def manifest(self, repository_id: int, reference: str, now_ms: int) -> ManifestRow | None:
        """Return the live manifest that a tag or digest names."""
        if ":" in reference:
            rows = self._ask(_MANIFEST_BY_DIGEST, repository_id, reference)
        else:
            rows = self._ask(_MANIFEST_BY_TAG, repository_id, reference, now_ms)
        return ManifestRow(*rows[0]) if rows else None

    def blob(self, repository_id: int, digest: str) -> BlobRow | None:
        """Return the blob that the repository holds."""
        rows = self._ask(_BLOB, repository_id, digest)
        return BlobRow(*rows[0]) if rows else None

    def tags(self, repository_id: int, after: str, limit: int, now_ms: int) -> list[str]:
        """Return at most ``limit`` live tags greater than ``after``, ordered by bytes."""
        return [name for (name,) in self._ask(_TAGS, repository_id, after, limit, now_ms)]

    def _read_changes(self) -> Sequence[Change]:
        rows = self._ask(_CHANGES, self._seen, _FAR_BEHIND + 1)
        if not rows:
            return ()
        expected = self._seen + 1
        if len(rows) > _FAR_BEHIND or rows[0][0] != expected:
            self._seen = self._last_change()
            return (Change(ChangeKind.EVERYTHING, 0, ""),)
        self._seen = rows[-1][0]
        return [Change(ChangeKind(kind), subject, name) for _, kind, subject, name in rows]

    def _data_version(self) -> int:
        [(version,)] = self._ask("PRAGMA data_version")
        return int(version)

    def _last_change(self) -> int:
        [(last,)] = self._ask("SELECT coalesce(max(id), 0) FROM change_log")
        return int(last)

    def _ask(self, query: str, *values: object) -> list[Any]:
        """Return all rows of a query; raises Unavailable when the file cannot be read."""
        try:
            return self._cursor.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self._path) or error from error
