"""What indexes show: follows each tag of a chart, in the transaction that moves it."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, insert, select, update

from charthouse.engines.metadata.tables import (
    chart,
    chart_document,
    chart_entry,
    chart_repository,
    repository,
    tag,
)
from charthouse.ports.charts import ChartFacts, ChartState
from charthouse.ports.reads import ChangeKind

from .changes import log_change
from .chart_words import follow_latest
from .rights import NOT_DELETED

REPOSITORY: BindParameter[int] = bindparam("repository")
KEY: BindParameter[int] = bindparam("key")

_COLUMNS = tuple(column.name for column in chart.columns if column.name != "manifest_id")

IS_CHART = exists().where(chart.c.manifest_id == KEY)
_ADD = insert(chart)
_SET = update(chart).where(chart.c.manifest_id == KEY)
_STATE = select(chart.c.state).where(chart.c.manifest_id == KEY)
_ADD_DOCUMENT = insert(chart_document)
_DROP_DOCUMENT = delete(chart_document).where(chart_document.c.manifest_id == KEY)
_TAGS = select(tag.c.name).where(tag.c.manifest_id == KEY)

_TAGGED = (
    select(tag.c.manifest_id, tag.c.expires_ms, chart.c.precedence)
    .join(chart, chart.c.manifest_id == tag.c.manifest_id)
    .where(tag.c.repository_id == REPOSITORY, tag.c.name == bindparam("wanted"))
    .where(chart.c.tag == tag.c.name, chart.c.state == ChartState.READ.value)
)
_at = (chart_entry.c.repository_id == REPOSITORY) & (chart_entry.c.tag == bindparam("wanted"))
_SHOWN = select(chart_entry.c.manifest_id, chart_entry.c.expires_ms).where(_at)
_ADD_ENTRY = insert(chart_entry)
_SET_ENTRY = update(chart_entry).where(_at)
_LATEST = (
    select(chart_entry.c.manifest_id)
    .where(chart_entry.c.repository_id == REPOSITORY, chart_entry.c.manifest_id.is_not(None))
    .order_by(chart_entry.c.precedence.desc())
    .limit(1)
)
_STAMP = select(chart_repository.c.stamp).where(chart_repository.c.repository_id == REPOSITORY)
_LATEST_BEFORE = select(chart_repository.c.latest_id).where(chart_repository.c.repository_id == REPOSITORY)
_PATH = select(repository.c.path).where(repository.c.id == REPOSITORY, NOT_DELETED)
_ADD_REPOSITORY = insert(chart_repository)
_SET_REPOSITORY = update(chart_repository).where(chart_repository.c.repository_id == REPOSITORY)


def tags_of_chart(connection: Connection, manifest_id: int) -> list[str]:
    """Return the tags that point at a manifest, none when it is no chart's."""
    if connection.execute(_STATE, {"key": manifest_id}).first() is None:
        return []
    return list(connection.execute(_TAGS, {"key": manifest_id}).scalars())


def is_chart(connection: Connection, manifest_id: int) -> bool:
    """Tell whether a manifest is a chart's."""
    return connection.execute(_STATE, {"key": manifest_id}).first() is not None


def keep_facts(connection: Connection, manifest_id: int, facts: ChartFacts, *, pushed: bool) -> bool:
    """Store what a package says of itself, unless that is known; False then.

    ``pushed``: it comes with a push, which mends a package that could not be read so far.
    """
    known = connection.execute(_STATE, {"key": manifest_id}).scalar()
    if known == ChartState.READ.value or (known == ChartState.BROKEN.value and not pushed):
        return False
    row = {name: getattr(facts, name) for name in _COLUMNS} | {"state": facts.state.value}
    if known is None:
        connection.execute(_ADD, {"manifest_id": manifest_id, **row})
    else:
        connection.execute(_SET.values(row), {"key": manifest_id})
    connection.execute(_DROP_DOCUMENT, {"key": manifest_id})
    if facts.document:
        connection.execute(_ADD_DOCUMENT, {"manifest_id": manifest_id, "content": facts.document})
    return True


def follow(connection: Connection, repository_id: int, name: str) -> None:
    """Show under a tag what it points at now; the caller has locked the repository, and moved or dropped the tag.

    A deleted repository shows nothing, whatever becomes of the tags that it still has.
    """
    where = {"repository": repository_id, "wanted": name}
    wanted = connection.execute(_TAGGED, where).first()
    shown = connection.execute(_SHOWN, where).first()
    if wanted is None and (shown is None or shown.manifest_id is None):
        return
    row: dict[str, Any] = {"manifest_id": None, "precedence": "", "expires_ms": None}
    if wanted is not None:
        if shown is not None and tuple(shown) == (wanted.manifest_id, wanted.expires_ms):
            return
        row = {
            "manifest_id": wanted.manifest_id,
            "precedence": wanted.precedence,
            "expires_ms": wanted.expires_ms,
        }
    stamp = _next_stamp(connection, repository_id)
    if stamp is None:
        return
    row["stamp"] = stamp
    if shown is None:
        connection.execute(_ADD_ENTRY, {"repository_id": repository_id, "tag": name, **row})
    else:
        connection.execute(_SET_ENTRY.values(row), where)
    _set_latest(connection, repository_id, stamp)
    log_change(connection, ChangeKind.CHART, repository_id, name)


def _next_stamp(connection: Connection, repository_id: int) -> int | None:
    """Return the repository's next stamp, the time unless the last one is later; the first makes its row.

    None: the repository is deleted, and its row with it.
    """
    stamp = connection.execute(_STAMP, {"repository": repository_id}).scalar()
    now_ms = time.time_ns() // 1_000_000
    if stamp is not None:
        return max(int(stamp) + 1, now_ms)
    path: str | None = connection.execute(_PATH, {"repository": repository_id}).scalar()
    if path is None:
        return None
    row = {
        "repository_id": repository_id,
        "level": path.rpartition("/")[0],
        "stamp": now_ms,
        "latest_id": None,
    }
    connection.execute(_ADD_REPOSITORY, row)
    return now_ms


def _set_latest(connection: Connection, repository_id: int, stamp: int) -> None:
    where = {"repository": repository_id}
    latest = connection.execute(_LATEST, where).scalar()
    if connection.execute(_LATEST_BEFORE, where).scalar() != latest:
        follow_latest(connection, repository_id, latest)
    connection.execute(_SET_REPOSITORY.values(stamp=stamp, latest_id=latest), where)
