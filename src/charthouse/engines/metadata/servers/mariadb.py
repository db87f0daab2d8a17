"""MariaDB (and, as far as it goes, MySQL): hot questions by asyncmy, many in one query."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from typing import Any

import asyncmy
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from charthouse.model.errors import Unavailable

from .batcher import Asked, Question, Row
from .options import ServerOptions
from .reads import FACTS

_LOCK_SECONDS = 60

_JOINS = """
LEFT JOIN repository r ON r.path = q.path
LEFT JOIN account n ON n.name = SUBSTRING_INDEX(q.path, '/', 1)
LEFT JOIN account a ON a.id = q.account AND a.enabled
"""


def _questions(*columns: str) -> str:
    """Return a table ``q`` of the questions in one JSON parameter, an array for each."""
    fields = ", ".join(f"{column} PATH '$[{place}]'" for place, column in enumerate(columns))
    return f"JSON_TABLE(%s, '$[*]' COLUMNS (n FOR ORDINALITY, {fields})) q"


_WHO = ("account BIGINT", "path VARCHAR(511) CHARACTER SET ascii COLLATE {collation}")
_TAG = "reference VARCHAR(128) CHARACTER SET ascii COLLATE {collation}"
_DIGEST = "reference VARCHAR(135) CHARACTER SET ascii COLLATE {collation}"

_QUERIES = {
    Question.ACCESS: f"SELECT {FACTS}, q.n FROM {_questions(*_WHO)} {_JOINS}",
    Question.MANIFEST_BY_TAG: f"""
SELECT {FACTS}, m.id, m.digest, m.media_type, m.size, q.n
FROM {_questions(*_WHO, _TAG, "moment BIGINT")} {_JOINS}
LEFT JOIN tag x ON x.repository_id = r.id AND x.name = q.reference
  AND (x.expires_ms IS NULL OR x.expires_ms > q.moment)
LEFT JOIN manifest m ON m.id = x.manifest_id
""",
    Question.MANIFEST_BY_DIGEST: f"""
SELECT {FACTS}, m.id, m.digest, m.media_type, m.size, q.n
FROM {_questions(*_WHO, _DIGEST)} {_JOINS}
LEFT JOIN manifest m ON m.repository_id = r.id AND m.digest = q.reference AND m.deleted_ms IS NULL
""",
    Question.BLOB: f"""
SELECT {FACTS}, CASE WHEN l.blob_id IS NOT NULL THEN b.digest END, b.size, b.`key`, l.kept_until_ms, q.n
FROM {_questions(*_WHO, _DIGEST)} {_JOINS}
LEFT JOIN `blob` b ON b.digest = q.reference AND NOT b.quarantined
LEFT JOIN repository_blob l ON l.repository_id = r.id AND l.blob_id = b.id AND NOT l.hidden
""",
    Question.CONTENT: f"SELECT m.content, q.n FROM {_questions('id BIGINT')} LEFT JOIN manifest m ON m.id = q.id",
}

# A list for each of many questions cannot be limited in one query here, so each is asked for itself.
_TAGS = f"""
SELECT {FACTS}, x.name
FROM (SELECT %s AS account, %s AS path) q {_JOINS}
LEFT JOIN tag x ON x.repository_id = r.id AND x.name > %s AND (x.expires_ms IS NULL OR x.expires_ms > %s)
ORDER BY x.name LIMIT %s
"""


class MariadbChannel:
    """One asyncmy connection, each statement for itself."""

    def __init__(self, connection: asyncmy.Connection) -> None:
        self._connection = connection
        collation = "ascii_nopad_bin" if "MariaDB" in connection.get_server_info() else "ascii_bin"
        self._queries = {q: sql.replace("{collation}", collation) for q, sql in _QUERIES.items()}

    async def ask(self, question: Question, asked: Sequence[Asked]) -> Sequence[Row]:
        """Return one row for each that is asked, in the same order."""
        if question is Question.TAGS:
            return [await self._tags(*one) for one in asked]
        answers: list[Row] = [()] * len(asked)
        for *answer, number in await self._fetch(self._queries[question], (json.dumps(asked),)):
            answers[number - 1] = answer
        return answers

    async def close(self) -> None:
        """Disconnect; never raises."""
        with contextlib.suppress(OSError, asyncmy.Error):
            self._connection.close()

    async def _tags(self, account_id: int, repository: str, after: str, limit: int, now_ms: int) -> Row:
        rows = await self._fetch(_TAGS, (account_id, repository, after, now_ms, max(limit, 1)))
        names = [row[-1] for row in rows if row[-1] is not None]
        return (*rows[0][:-1], names[:limit])

    async def _fetch(self, query: str, arguments: Asked) -> Sequence[Row]:
        async with self._connection.cursor() as cursor:
            await cursor.execute(query, arguments)
            rows: Sequence[Row] = await cursor.fetchall()
            return rows


class Mariadb:
    """What is MariaDB's own about a store."""

    def __init__(self, url: URL, options: ServerOptions) -> None:
        self._url = url.set(drivername="mysql+asyncmy")
        self._arguments: dict[str, Any] = {"connect_timeout": options.connect_timeout}
        if options.ca:
            self._arguments["ssl"] = {"ca": options.ca}  # the server's name is checked too

    def engine(self, isolation: str, **options: Any) -> AsyncEngine:
        """Return an engine; ``options`` are create_async_engine's."""
        return create_async_engine(
            self._url,
            isolation_level=isolation,
            connect_args=self._arguments,
            hide_parameters=True,
            **options,
        )

    async def channel(self) -> MariadbChannel:
        """Connect for hot questions."""
        _, arguments = self._url.get_dialect()().create_connect_args(self._url)
        return MariadbChannel(await asyncmy.connect(**arguments, autocommit=True, **self._arguments))

    def lock_schema(self, connection: Connection) -> None:
        """Keep other migrations waiting until the connection ends; raises Unavailable when that takes long.

        A migration that dies half-way leaves what it has done: this database has no transactions for tables.
        """
        query = text("SELECT GET_LOCK('charthouse migrations', :seconds)")
        if connection.execute(query, {"seconds": _LOCK_SECONDS}).scalar() != 1:
            raise Unavailable("another process has been migrating the database for a minute; look after it")
