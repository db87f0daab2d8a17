"""What charts are found by: follows the latest version of each repository, in the transaction that moves its tags.

Engines disagree on what a word is: which letters make one, how short it may be, which are too common. So none of
them gets to see words, but a token for each: ``x`` and the hexadecimal digits of its UTF-8. It keeps beginnings, is never
shorter than three characters (InnoDB's least) nor longer than 81 (its most is 84), and no language has it on a
list. Nothing that was typed is ever part of an engine's query language.
"""

from __future__ import annotations

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import chart, chart_search, manifest, repository

_WORD_BYTES = 40
"""Of a longer word only the beginning counts."""

_REPOSITORY: BindParameter[int] = bindparam("repository")
_DROP = delete(chart_search).where(chart_search.c.repository_id == _REPOSITORY)
_ADD = insert(chart_search)
_WORDS = (
    select(repository.c.path, chart.c.words)
    .join(manifest, manifest.c.repository_id == repository.c.id)
    .join(chart, chart.c.manifest_id == manifest.c.id)
    .where(manifest.c.id == bindparam("key"))
)


def follow_latest(connection: Connection, repository_id: int, manifest_id: int | None) -> None:
    """Let a repository be found by the words of its latest version (None: it shows none), in the caller's transaction."""
    connection.execute(_DROP, {"repository": repository_id})
    if manifest_id is None:
        return
    path, words = connection.execute(_WORDS, {"key": manifest_id}).one()
    name = path.rpartition("/")[2]
    tokens = " ".join(sorted({token(word) for word in words.split()}))
    connection.execute(_ADD, {"repository_id": repository_id, "name": name, "words": tokens})


def token(word: str) -> str:
    """Return what an engine's full-text index knows a word by."""
    return f"x{word.encode()[:_WORD_BYTES].hex()}"
