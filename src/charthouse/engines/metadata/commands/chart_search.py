"""Finding charts by their words: one rule, whichever engine's full-text index answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import mysql, postgresql

from charthouse.engines.metadata.tables import chart_repository, chart_search, repository
from charthouse.model.names import RepositoryName
from charthouse.ports.charts import ChartQuery, FoundChart

from .chart_words import token
from .charts import light_charts
from .rights import NOT_DELETED, READABLE


def search(connection: Connection, query: ChartQuery) -> list[FoundChart]:
    """Return the charts that a search finds, what comes closest first, then by name."""
    engine = connection.dialect.name
    statement = _STATEMENTS[engine, bool(query.words), query.everything]
    where: dict[str, Any] = {
        "text": query.text if query.text.isascii() and "\0" not in query.text else "",
        "offset": query.offset,
        "limit": query.limit,
    }
    if query.words:
        where["query"] = _EXPRESSIONS[engine](token(word) for word in query.words)
    if not query.everything:
        where["account_id"] = query.account_id
    rows = connection.execute(statement, where).all()
    known = light_charts(connection, [row.latest_id for row in rows])
    return [
        FoundChart(RepositoryName(row.path), known[row.latest_id]) for row in rows if row.latest_id in known
    ]


def _fts5(tokens: Iterable[str]) -> str:
    return " AND ".join(f"{token}*" for token in tokens)


def _tsquery(tokens: Iterable[str]) -> str:
    return " & ".join(f"{token}:*" for token in tokens)


def _boolean_mode(tokens: Iterable[str]) -> str:
    return " ".join(f"+{token}*" for token in tokens)


_EXPRESSIONS = {"sqlite": _fts5, "postgresql": _tsquery, "mysql": _boolean_mode, "mariadb": _boolean_mode}

_query: BindParameter[str] = bindparam("query", type_=String)
_fts5_rows: Select[tuple[int]] = (
    select(literal_column("rowid"))
    .select_from(table("chart_search_words"))
    .where(column("chart_search_words").op("MATCH", is_comparison=True)(_query))
)
_against = mysql.match(chart_search.c.words, against=_query).in_boolean_mode()
_MATCHES: dict[str, ColumnElement[bool]] = {
    "sqlite": chart_search.c.repository_id.in_(_fts5_rows),
    "postgresql": chart_search.c.words.op("@@", is_comparison=True)(cast(_query, postgresql.TSQUERY)),
    "mysql": _against,
    "mariadb": _against,
}

_text: BindParameter[str] = bindparam("text", type_=chart_search.c.name.type)
_position = func.instr(chart_search.c.name, _text)
_position_in_postgres = func.strpos(chart_search.c.name, _text)


def _closeness(engine: str) -> ColumnElement[int]:
    """0 is called so, 1 begins so, 2 has it in its name, 3 has it elsewhere."""
    position = _position_in_postgres if engine == "postgresql" else _position
    return case((chart_search.c.name == _text, 0), (position == 1, 1), (position > 1, 2), else_=3)


def _statement(engine: str, *, words: bool, everything: bool) -> Select[Any]:
    found = (
        select(repository.c.path, chart_repository.c.latest_id)
        .select_from(chart_search)
        .join(chart_repository, chart_repository.c.repository_id == chart_search.c.repository_id)
        .join(repository, repository.c.id == chart_search.c.repository_id)
        .where(NOT_DELETED if everything else READABLE)
        .order_by(_closeness(engine), repository.c.path)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
    return found.where(_MATCHES[engine]) if words else found


_STATEMENTS = {
    (engine, words, everything): _statement(engine, words=words, everything=everything)
    for engine in _MATCHES
    for words in (False, True)
    for everything in (False, True)
}
