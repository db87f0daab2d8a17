"""Repositories as people choose from them: of which kind they are, how large, in which order.

First the keys of a page are found, then all that is shown of those few: no database computes the rest for rows that
it sorts away.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from charthouse.engines.metadata.tables import (
    blob,
    chart,
    chart_repository,
    manifest,
    repository,
    repository_blob,
    star,
    tag,
)
from charthouse.model.kinds import CHART_CONFIG, IMAGE_CONFIGS, Kind
from charthouse.ports.charts import ChartState
from charthouse.ports.overviews import Holding, Order, Summary, SummaryQuery, View

from .overviews import FIELDS, MODIFIED, overview_of, within
from .patterns import ESCAPE, comparable, containing
from .patterns import literal as plain
from .rights import ACCOUNT, NOT_DELETED, OWN, READABLE

_TEXT: BindParameter[str] = bindparam("text")
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)

_chart_here = (
    select(chart_repository.c.repository_id)
    .where(chart_repository.c.repository_id == repository.c.id, chart_repository.c.latest_id.is_not(None))
    .exists()
)
# ``model.kinds.kind_of`` as an expression. Cosign's tags of before referrers, ``sha256-…``, tell of what they sign.
_newest = (
    select(
        case(
            (manifest.c.config_media_type == CHART_CONFIG, Kind.CHART.value),
            (manifest.c.artifact_type.in_(["", *sorted(IMAGE_CONFIGS)]), Kind.IMAGE.value),
            else_=Kind.ARTIFACT.value,
        )
    )
    .join(tag, tag.c.manifest_id == manifest.c.id)
    .where(
        tag.c.repository_id == repository.c.id,
        or_(tag.c.name < "sha256-", tag.c.name >= "sha256."),
    )
    .order_by(tag.c.since_ms.desc())
    .limit(1)
    .scalar_subquery()
)
_KIND = case((_chart_here, Kind.CHART.value), else_=func.coalesce(_newest, Kind.NOTHING.value))

# Two short lists by indexes: whatever is pushed as a chart is in one of them.
_may_hold_charts = or_(
    repository.c.id.in_(
        select(chart_repository.c.repository_id).where(chart_repository.c.latest_id.is_not(None))
    ),
    repository.c.id.in_(
        select(manifest.c.repository_id)
        .join(chart, chart.c.manifest_id == manifest.c.id)
        .where(chart.c.state != ChartState.READ.value)
    ),
)

_named = repository.c.path.like(bindparam("named"), escape=ESCAPE)
_described = func.lower(repository.c.description).like(_TEXT, escape=ESCAPE)
_match = case(
    (
        or_(
            repository.c.path == bindparam("whole"),
            repository.c.path.like(bindparam("ending"), escape=ESCAPE),
        ),
        0,
    ),
    (_named, 1),
    else_=2,
)
_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.NAME: (repository.c.path,),
    Order.MODIFIED: (func.coalesce(MODIFIED, 0).desc(), repository.c.path),
    Order.MATCH: (_match, repository.c.path),
}
_SHOWN = select(*FIELDS, _KIND.label("kind")).where(repository.c.id.in_(_KEYS), NOT_DELETED)
_held = repository_blob.join(blob, blob.c.id == repository_blob.c.blob_id)
_SIZES = (
    select(repository_blob.c.repository_id, func.sum(blob.c.size))
    .select_from(_held)
    .where(repository_blob.c.repository_id.in_(_KEYS), ~repository_blob.c.hidden)
    .group_by(repository_blob.c.repository_id)
)
_TAGS = select(func.count()).select_from(tag).where(tag.c.repository_id == bindparam("wanted"))


@cache
def _keys(view: View, order: Order, *, by_text: bool, kind: Kind | None) -> Select[Any]:
    """Return the statement that finds a page."""
    found = select(repository.c.id).where(
        repository.c.path > bindparam("after"), repository.c.path < bindparam("before")
    )
    match view:
        case View.OWN:
            found = found.where(OWN)
        case View.READABLE:
            found = found.where(READABLE)
        case View.STARRED:
            found = found.join(star, star.c.repository_id == repository.c.id)
            found = found.where(star.c.account_id == ACCOUNT, READABLE)
        case View.EVERYTHING:
            found = found.where(NOT_DELETED)
    if by_text:
        found = found.where(or_(_named, _described))
    if kind is Kind.CHART:
        found = found.where(_may_hold_charts)
    if kind is not None:
        found = found.where(literal(kind.value) == _KIND)
    return found.order_by(*_ORDERS[order]).limit(bindparam("limit")).offset(bindparam("offset"))


def find(connection: Connection, query: SummaryQuery) -> list[Summary]:
    """Return a page of repositories."""
    if "\0" in query.text:
        return []
    order = query.order if query.text or query.order is not Order.MATCH else Order.NAME
    statement = _keys(query.view, order, by_text=bool(query.text), kind=query.kind)
    after, before = within(query.namespace)
    arguments: dict[str, Any] = {
        "account_id": query.account_id,
        "after": after,
        "before": before,
        "limit": query.limit,
        "offset": query.offset,
    }
    if query.text:
        arguments |= _patterns(query.text.lower())
    return _shown(connection, list(connection.execute(statement, arguments).scalars()), query.account_id)


def one(connection: Connection, repository_id: int, account_id: int) -> Summary | None:
    """Return one repository; None when it is gone."""
    found = _shown(connection, [repository_id], account_id)
    return found[0] if found else None


def holding(connection: Connection, repository_id: int) -> Holding:
    """Return what is lost with a repository."""
    tags = connection.execute(_TAGS, {"wanted": repository_id}).scalar_one()
    sizes = _sizes(connection, [repository_id])
    return Holding(int(tags), sizes.get(repository_id, 0))


def _shown(connection: Connection, keys: list[int], account_id: int) -> list[Summary]:
    if not keys:
        return []
    sizes = _sizes(connection, keys)
    rows: dict[int, Row[*tuple[Any, ...]]] = {
        row.id: row for row in connection.execute(_SHOWN, {"keys": keys, "account_id": account_id})
    }
    return [
        Summary(overview_of(rows[key]), Kind(rows[key].kind), sizes.get(key, 0))
        for key in keys
        if key in rows
    ]


def _sizes(connection: Connection, keys: list[int]) -> dict[int, int]:
    return {key: int(size) for key, size in connection.execute(_SIZES, {"keys": keys})}


def _patterns(text: str) -> dict[str, str]:
    inside = containing(text)
    if not comparable(text):  # no name has it
        return {"text": inside, "named": "", "whole": "", "ending": ""}
    return {"text": inside, "named": inside, "whole": text, "ending": f"%/{plain(text)}"}
