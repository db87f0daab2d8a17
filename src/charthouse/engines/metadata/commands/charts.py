"""Charts: what is known of them, for indexes and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
)

from charthouse.engines.metadata.tables import (
    chart,
    chart_document,
    chart_entry,
    chart_repository,
    manifest,
    repository,
    tag,
)
from charthouse.model.digests import Digest
from charthouse.model.names import RepositoryName, Tag
from charthouse.ports.charts import (
    Chart,
    ChartEntry,
    ChartFacts,
    ChartRepository,
    ChartState,
    ChartVersion,
    PendingChart,
    TaggedChart,
)

from .chart_entries import follow, keep_facts, tags_of_chart
from .repositories import lock_for_removal
from .rights import NOT_DELETED, OPEN, READABLE

_REPOSITORY: BindParameter[int] = bindparam("repository")
_NOW: BindParameter[int] = bindparam("now", type_=BigInteger)
_MOST: BindParameter[int] = bindparam("most")

_LEVEL = (
    select(
        chart_repository.c.repository_id,
        repository.c.path,
        chart_repository.c.stamp,
        chart_repository.c.latest_id,
    )
    .join(repository, repository.c.id == chart_repository.c.repository_id)
    .where(chart_repository.c.level == bindparam("level"))
    .order_by(repository.c.path)
)
_READABLE_LEVEL = _LEVEL.where(READABLE)
_WHOLE_LEVEL = _LEVEL.where(NOT_DELETED)

_CHANGED = (
    select(
        chart_entry.c.tag,
        chart_entry.c.precedence,
        chart_entry.c.stamp,
        chart.c.entry,
        chart_entry.c.expires_ms,
    )
    .outerjoin(chart, chart.c.manifest_id == chart_entry.c.manifest_id)
    .where(chart_entry.c.repository_id == _REPOSITORY, chart_entry.c.stamp > bindparam("after"))
    .order_by(chart_entry.c.stamp)
)
_SHOWN = _CHANGED.where(chart_entry.c.manifest_id.is_not(None))

_of_manifest = (manifest.c.id, manifest.c.digest, manifest.c.created_ms)
_light = tuple(c for c in chart.columns if c.name not in ("manifest_id", "entry", "words"))
_CHART = (
    select(*_of_manifest, *_light, chart.c.entry)
    .join(chart, chart.c.manifest_id == manifest.c.id)
    .where(manifest.c.deleted_ms.is_(None))
)
_LIGHT_CHART: Select[Any] = (
    select(*_of_manifest, *_light, literal("").label("entry"))
    .join(chart, chart.c.manifest_id == manifest.c.id)
    .where(manifest.c.deleted_ms.is_(None))
)
_TAGGED = (
    _CHART.join(tag, tag.c.manifest_id == manifest.c.id)
    .where(tag.c.repository_id == _REPOSITORY, tag.c.name == bindparam("wanted"))
    .where(or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW))
)
_BY_DIGEST = _CHART.where(manifest.c.repository_id == _REPOSITORY, manifest.c.digest == bindparam("wanted"))
_lightest = tuple(c for c in _light if c.name not in ("summary", "problems"))
_VERSIONS = (
    select(
        *_of_manifest,
        *_lightest,
        literal("").label("entry"),
        literal("{}").label("summary"),
        literal("[]").label("problems"),
    )
    .join(chart, chart.c.manifest_id == manifest.c.id)
    .where(manifest.c.deleted_ms.is_(None))
    .join(chart_entry, chart_entry.c.manifest_id == manifest.c.id)
    .where(chart_entry.c.repository_id == _REPOSITORY)
    .where(or_(chart_entry.c.expires_ms.is_(None), chart_entry.c.expires_ms > _NOW))
    .order_by(chart_entry.c.precedence.desc(), chart_entry.c.tag)
)
_LATEST = (
    _LIGHT_CHART.join(chart_entry, chart_entry.c.manifest_id == manifest.c.id)
    .where(chart_entry.c.repository_id == _REPOSITORY)
    .where(or_(chart_entry.c.expires_ms.is_(None), chart_entry.c.expires_ms > _NOW))
    .order_by(chart_entry.c.precedence.desc(), chart_entry.c.tag)
    .limit(1)
)
# The page first, and only then what a chart says: rows that are sorted with it are some kilobytes each.
_PAGE = (
    select(tag.c.name, tag.c.manifest_id, chart.c.precedence)
    .join(chart, chart.c.manifest_id == tag.c.manifest_id)
    .where(tag.c.repository_id == _REPOSITORY)
    .where(or_(tag.c.expires_ms.is_(None), tag.c.expires_ms > _NOW))
    .order_by(chart.c.precedence.desc(), tag.c.name)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery()
)
_TAGS = (
    _LIGHT_CHART.add_columns(
        tag.c.name.label("under"),
        tag.c.expires_ms,
        tag.c.immutable,
        chart_entry.c.manifest_id.label("shown_id"),
    )
    .join(_PAGE, _PAGE.c.manifest_id == manifest.c.id)
    .join(tag, and_(tag.c.repository_id == _REPOSITORY, tag.c.name == _PAGE.c.name))
    .outerjoin(
        chart_entry,
        and_(chart_entry.c.repository_id == tag.c.repository_id, chart_entry.c.tag == tag.c.name),
    )
    .order_by(_PAGE.c.precedence.desc(), _PAGE.c.name)
)
_BY_KEYS = _LIGHT_CHART.where(manifest.c.id.in_(bindparam("keys", expanding=True)))
_DOCUMENT = select(chart_document.c.content).where(chart_document.c.manifest_id == bindparam("key"))
_PENDING = (
    select(manifest.c.id, manifest.c.repository_id, repository.c.path, manifest.c.content)
    .join(chart, chart.c.manifest_id == manifest.c.id)
    .join(repository, repository.c.id == manifest.c.repository_id)
    .where(chart.c.state == ChartState.PENDING.value, manifest.c.deleted_ms.is_(None), OPEN)
    .order_by(manifest.c.id)
    .limit(bindparam("limit"))
)
_PLACE = select(manifest.c.repository_id).where(manifest.c.id == bindparam("key"))


def level(
    connection: Connection, name: str, account_id: int, *, everything: bool = False
) -> list[ChartRepository]:
    """Return the repositories one segment below a level, those that the account may read or all, by name."""
    query = _WHOLE_LEVEL if everything else _READABLE_LEVEL
    rows = connection.execute(query, {"level": name, "account_id": account_id})
    return [ChartRepository(key, RepositoryName(path), stamp, latest) for key, path, stamp, latest in rows]


def entries(
    connection: Connection, repository_id: int, after_stamp: int, limit: int | None = None
) -> list[ChartEntry]:
    """Return the entries that changed after a stamp, by stamp; after 0 only those that show something."""
    query = _CHANGED if after_stamp else _SHOWN
    where = {"repository": repository_id, "after": after_stamp}
    if limit is not None:
        query, where = query.limit(_MOST), where | {"most": limit}
    rows = connection.execute(query, where)
    return [
        ChartEntry(Tag(name), precedence, stamp, entry or "", end)
        for name, precedence, stamp, entry, end in rows
    ]


def versions(connection: Connection, repository_id: int, now_ms: int) -> list[ChartVersion]:
    """Return what the index shows of a repository, greatest precedence first, without summaries and problems."""
    rows = connection.execute(_VERSIONS, {"repository": repository_id, "now": now_ms})
    return [ChartVersion(Tag(row.tag), _chart_of(row)) for row in rows]


def tags(
    connection: Connection, repository_id: int, now_ms: int, offset: int, limit: int
) -> list[TaggedChart]:
    """Return the live tags that point at charts, greatest precedence first."""
    where = {"repository": repository_id, "now": now_ms, "offset": offset, "limit": limit}
    rows = connection.execute(_TAGS, where)
    return [
        TaggedChart(
            Tag(row.under),
            row.shown_id == row.id,
            _chart_of(row),
            row.expires_ms,
            bool(row.immutable),
        )
        for row in rows
    ]


def tagged(connection: Connection, repository_id: int, name: str, now_ms: int) -> Chart | None:
    """Return the chart that a live tag points at."""
    where = {"repository": repository_id, "wanted": name, "now": now_ms}
    row = connection.execute(_TAGGED, where).first()
    return None if row is None else _chart_of(row)


def by_digest(connection: Connection, repository_id: int, digest: str) -> Chart | None:
    """Return the chart of a live manifest."""
    row = connection.execute(_BY_DIGEST, {"repository": repository_id, "wanted": digest}).first()
    return None if row is None else _chart_of(row)


def latest(connection: Connection, repository_id: int, now_ms: int) -> Chart | None:
    """Return the greatest version that a repository shows."""
    row = connection.execute(_LATEST, {"repository": repository_id, "now": now_ms}).first()
    return None if row is None else _chart_of(row)


def light_charts(connection: Connection, manifest_ids: Sequence[int]) -> dict[int, Chart]:
    """Return charts of live manifests by their numbers, without entries."""
    rows = connection.execute(_BY_KEYS, {"keys": list(manifest_ids)})
    return {row.id: _chart_of(row) for row in rows}


def document(connection: Connection, manifest_id: int) -> bytes | None:
    """Return what is inside of a chart, compressed."""
    found: bytes | None = connection.execute(_DOCUMENT, {"key": manifest_id}).scalar()
    return found


def pending(connection: Connection, limit: int) -> list[PendingChart]:
    """Return charts that wait to be read, the oldest first; not those of disabled namespaces, which nobody may read."""
    rows = connection.execute(_PENDING, {"limit": limit})
    return [PendingChart(key, place, RepositoryName(path), content) for key, place, path, content in rows]


def settle(connection: Connection, manifest_id: int, facts: ChartFacts) -> bool:
    """Say what a chart that waited says of itself, and show it; False when it waits no more."""
    place = connection.execute(_PLACE, {"key": manifest_id}).scalar()
    if place is None:
        return False
    lock_for_removal(connection, place)
    if not keep_facts(connection, manifest_id, facts, pushed=False):
        return False
    for name in tags_of_chart(connection, manifest_id):
        follow(connection, place, name)
    return True


def _chart_of(row: Row[*tuple[Any, ...]]) -> Chart:
    facts = ChartFacts(
        state=ChartState(row.state),
        tag=row.tag,
        precedence=row.precedence,
        name=row.name,
        version=row.version,
        package=row.package,
        package_size=row.package_size,
        provenance=row.provenance,
        problems=row.problems,
        summary=row.summary,
        entry=row.entry,
    )
    return Chart(manifest_id=row.id, digest=Digest(row.digest), created_ms=row.created_ms, facts=facts)
