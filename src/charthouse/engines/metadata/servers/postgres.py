"""PostgreSQL: hot questions by asyncpg, many in one query."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import asyncpg
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .batcher import Asked, Question, Row
from .options import ServerOptions
from .reads import FACTS

_SETTINGS = {"application_name": "charthouse", "jit": "off"}
_BY_INDEX = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""Hot questions go by index, and are planned once, whatever the statistics say at that moment."""

_JOINS = """
LEFT JOIN repository r ON r.path = q.path
LEFT JOIN account n ON n.name = split_part(q.path, '/', 1)
LEFT JOIN account a ON a.id = q.account AND a.enabled
"""

# LIMIT keeps each lateral query apart, so that it is asked once a row with all parts of its index.
_QUERIES = {
    Question.ACCESS: f"""
SELECT {FACTS}, q.n
FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY q(account, path, n) {_JOINS}
""",
    Question.MANIFEST_BY_TAG: f"""
SELECT {FACTS}, x.id, x.digest, x.media_type, x.size, q.n
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
  WITH ORDINALITY q(account, path, reference, moment, n) {_JOINS}
LEFT JOIN LATERAL (
  SELECT m.id, m.digest, m.media_type, m.size FROM tag t JOIN manifest m ON m.id = t.manifest_id
  WHERE t.repository_id = r.id AND t.name = q.reference
    AND (t.expires_ms IS NULL OR t.expires_ms > q.moment) LIMIT 1) x ON true
""",
    Question.MANIFEST_BY_DIGEST: f"""
SELECT {FACTS}, x.id, x.digest, x.media_type, x.size, q.n
FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY q(account, path, reference, n) {_JOINS}
LEFT JOIN LATERAL (
  SELECT m.id, m.digest, m.media_type, m.size FROM manifest m
  WHERE m.repository_id = r.id AND m.digest = q.reference AND m.deleted_ms IS NULL LIMIT 1) x ON true
""",
    Question.BLOB: f"""
SELECT {FACTS}, x.digest, x.size, x.key, x.kept_until_ms, q.n
FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY q(account, path, digest, n) {_JOINS}
LEFT JOIN LATERAL (
  SELECT b.digest, b.size, b.key, l.kept_until_ms
  FROM blob b JOIN repository_blob l ON l.blob_id = b.id AND l.repository_id = r.id AND NOT l.hidden
  WHERE b.digest = q.digest AND NOT b.quarantined LIMIT 1) x ON true
""",
    Question.TAGS: f"""
SELECT {FACTS}, ARRAY(
  SELECT t.name FROM tag t
  WHERE t.repository_id = r.id AND t.name > q.after AND (t.expires_ms IS NULL OR t.expires_ms > q.moment)
  ORDER BY t.name LIMIT q.most), q.n
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
  WITH ORDINALITY q(account, path, after, most, moment, n)
{_JOINS}
""",
    Question.CONTENT: """
SELECT m.content, q.n
FROM unnest($1::bigint[]) WITH ORDINALITY q(id, n) LEFT JOIN manifest m ON m.id = q.id
""",
}


class PostgresChannel:
    """One asyncpg connection; every query is prepared when first asked."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection
        self._prepared: dict[Question, Any] = {}

    async def ask(self, question: Question, asked: Sequence[Asked]) -> Sequence[Row]:
        """Return one row for each that is asked, in the same order."""
        statement = self._prepared.get(question)
        if statement is None:
            statement = self._prepared[question] = await self._connection.prepare(_QUERIES[question])
        rows = await statement.fetch(*zip(*asked, strict=True))
        answers: list[Row] = [()] * len(asked)
        for row in rows:
            *answer, number = row
            answers[number - 1] = answer
        return answers

    async def close(self) -> None:
        """Disconnect; never raises."""
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._connection.terminate()


class Postgres:
    """What is PostgreSQL's own about a store."""

    def __init__(self, url: URL, options: ServerOptions) -> None:
        words = {name: str(value) for name, value in url.query.items() if name.startswith("ssl")}
        words |= {"sslmode": options.sslmode} if options.sslmode else {}
        words |= {"sslrootcert": options.ca} if options.ca else {}
        self._url = url.set(drivername="postgresql+asyncpg").difference_update_query(list(words))
        # A DSN is where asyncpg takes libpq's words for TLS; what else is passed goes before it.
        self._tls = {"dsn": f"postgresql://?{urlencode(words)}"} if words else {}
        self._seconds = options.connect_timeout

    def engine(self, isolation: str, **options: Any) -> AsyncEngine:
        """Return an engine; ``options`` are create_async_engine's."""
        arguments = {
            "server_settings": _SETTINGS,
            "timeout": self._seconds,
            "command_timeout": 60,
            **self._tls,
        }
        return create_async_engine(
            self._url, isolation_level=isolation, connect_args=arguments, hide_parameters=True, **options
        )

    async def channel(self) -> PostgresChannel:
        """Connect for hot questions."""
        _, arguments = self._url.get_dialect()().create_connect_args(self._url)
        options: dict[str, Any] = {**arguments, **self._tls, "server_settings": _SETTINGS | _BY_INDEX}
        return PostgresChannel(await asyncpg.connect(**options, timeout=self._seconds))

    def lock_schema(self, connection: Connection) -> None:
        """Keep other migrations waiting until the transaction ends."""
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('charthouse migrations'))"))
