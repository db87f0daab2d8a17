"""Repositories as lists show them, by name; and stars."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import repository, star, tag
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import RepositoryState
from charthouse.ports.overviews import Overview, OverviewPage, View

from .rights import ACCOUNT, NOT_DELETED, OWN, READABLE

_LAST = "\x7f"
"""Greater than any name."""

_mine = star.alias("mine")
# By the index's end: all three databases read one entry of it, and none does for max().
_modified = (
    select(tag.c.since_ms)
    .where(tag.c.repository_id == repository.c.id)
    .order_by(tag.c.since_ms.desc())
    .limit(1)
    .scalar_subquery()
)
_FIELDS = (
    repository.c.id,
    repository.c.path,
    repository.c.description,
    repository.c.public,
    repository.c.state,
    _modified.label("modified_ms"),
    select(_mine.c.repository_id)
    .where(_mine.c.account_id == ACCOUNT, _mine.c.repository_id == repository.c.id)
    .exists()
    .label("starred"),
)
_PAGE = (
    select(*_FIELDS)
    .where(repository.c.path > bindparam("after"), repository.c.path < bindparam("before"))
    .order_by(repository.c.path)
    .limit(bindparam("limit"))
)
_PAGES = {
    View.OWN: _PAGE.where(OWN),
    View.READABLE: _PAGE.where(READABLE),
    View.STARRED: _PAGE.join(star, star.c.repository_id == repository.c.id).where(
        star.c.account_id == ACCOUNT, READABLE
    ),
    View.EVERYTHING: _PAGE.where(NOT_DELETED),
}
_ONE = select(*_FIELDS).where(repository.c.id == bindparam("wanted"), NOT_DELETED)

_STAR_OF = (star.c.account_id == ACCOUNT) & (star.c.repository_id == bindparam("wanted"))
_STARRED = select(star.c.repository_id).where(_STAR_OF)
_STAR = insert(star)
_UNSTAR = delete(star).where(_STAR_OF)
_ID = select(repository.c.id).where(repository.c.path == bindparam("path"))


def page(connection: Connection, asked: OverviewPage) -> list[Overview]:
    """Return repositories by name, those that the view shows."""
    after, before = asked.after, _LAST
    if asked.namespace:
        after, before = max(f"{asked.namespace}/", after), f"{asked.namespace}0"  # "0" follows "/"
    arguments = {"account_id": asked.account_id, "after": after, "before": before, "limit": asked.limit}
    return [_overview(row) for row in connection.execute(_PAGES[asked.view], arguments)]


def one(connection: Connection, repository_id: int, account_id: int) -> Overview | None:
    """Return one repository; None when it is gone."""
    row = connection.execute(_ONE, {"wanted": repository_id, "account_id": account_id}).first()
    return None if row is None else _overview(row)


def add_star(connection: Connection, account_id: int, repository_id: int) -> None:
    """Star a repository; quiet when it is starred."""
    where = {"account_id": account_id, "wanted": repository_id}
    if connection.execute(_STARRED, where).first() is None:
        connection.execute(_STAR, {"account_id": account_id, "repository_id": repository_id})


def remove_star(connection: Connection, account_id: int, path: str) -> None:
    """Take a star back; quiet when there is none."""
    repository_id = connection.execute(_ID, {"path": path}).scalar()
    if repository_id is not None:
        connection.execute(_UNSTAR, {"account_id": account_id, "wanted": repository_id})


def _overview(row: Row[*tuple[Any, ...]]) -> Overview:
    return Overview(
        repository_id=row.id,
        repository=RepositoryName(row.path),
        description=row.description,
        public=row.public,
        state=RepositoryState(row.state),
        modified_ms=row.modified_ms,
        starred=bool(row.starred),
    )
