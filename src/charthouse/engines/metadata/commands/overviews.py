"""Repositories as lists show them, by name; and stars."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import repository, star, tag
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import RepositoryState
from charthouse.ports.overviews import Overview, OverviewPage, View

from .rights import ACCOUNT, NOT_DELETED, OWN, READABLE

LAST = "\x7f"
"""Greater than any name."""

_mine = star.alias("mine")
# By the index's end: all three databases read one entry of it, and none does for max().
MODIFIED = (
    select(tag.c.since_ms)
    .where(tag.c.repository_id == repository.c.id)
    .order_by(tag.c.since_ms.desc())
    .limit(1)
    .scalar_subquery()
)
FIELDS = (
    repository.c.id,
    repository.c.path,
    repository.c.description,
    repository.c.public,
    repository.c.state,
    MODIFIED.label("modified_ms"),
    select(_mine.c.repository_id)
    .where(_mine.c.account_id == ACCOUNT, _mine.c.repository_id == repository.c.id)
    .exists()
    .label("starred"),
)
_PAGE = (
    select(*FIELDS)
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
_ONE = select(*FIELDS).where(repository.c.id == bindparam("wanted"), NOT_DELETED)

_STAR_OF = (star.c.account_id == ACCOUNT) & (star.c.repository_id == bindparam("wanted"))
_STARRED = select(star.c.repository_id).where(_STAR_OF)
_STAR = insert(star)
_UNSTAR = delete(star).where(_STAR_OF)
_ID = select(repository.c.id).where(repository.c.path == bindparam("path"))


def page(connection: Connection, asked: OverviewPage) -> list[Overview]:
    """Return repositories by name, those that the view shows."""
    after, before = within(asked.namespace)
    after = max(after, asked.after)
    arguments = {"account_id": asked.account_id, "after": after, "before": before, "limit": asked.limit}
    return [overview_of(row) for row in connection.execute(_PAGES[asked.view], arguments)]


def one(connection: Connection, repository_id: int, account_id: int) -> Overview | None:
    """Return one repository; None when it is gone."""
    row = connection.execute(_ONE, {"wanted": repository_id, "account_id": account_id}).first()
    return None if row is None else overview_of(row)


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


def within(namespace: str) -> tuple[str, str]:
    """Return between which names those of a namespace lie, "": all names there are."""
    return (f"{namespace}/", f"{namespace}0") if namespace else ("", LAST)  # "0" follows "/"


def overview_of(row: Row[*tuple[Any, ...]]) -> Overview:
    """Return a row of ``FIELDS``."""
    return Overview(
        repository_id=row.id,
        repository=RepositoryName(row.path),
        description=row.description,
        public=row.public,
        state=RepositoryState(row.state),
        modified_ms=row.modified_ms,
        starred=bool(row.starred),
    )
