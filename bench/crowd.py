"""A store with ten thousand repositories and a hundred thousand tags, made in seconds for pages to list.

One repository is filled as pushes would (``loader``); its rows are then copied by SQL. Bytes of layers are shared, so
nothing may be pulled from it, and digests of the copied tags are invented.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from .corpus import Corpus
from .loader import NAMESPACE, USER, fill_charthouse

REPOSITORIES = 10_000
TAGS = 9
"""Of each repository, but for the first."""
MANY_TAGS = 10_000
"""Further ones of the first repository."""
PEOPLE = 10_000
ORGANIZATIONS = 1_000
DAYS = 30
"""For which every repository has pulls."""
CROWD = Corpus("crowd", 1, TAGS)
LARGEST = CROWD.repository(0)
_DAY_S = 86_400
_NUMBERS = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)"


def fill_crowd(data: Path) -> None:
    """Fill the store of Charthouse under ``data``."""
    fill_charthouse(data, [CROWD], {})
    with closing(sqlite3.connect(data / "charthouse.db")) as content, content:
        found = content.execute("SELECT id FROM repository WHERE path = ?", (LARGEST,))
        first = found.fetchone()[0]
        _copy_repositories(content, first)
        _add_tags(content, first)
        _copy_accounts(content, USER, "person", PEOPLE)
        _copy_accounts(content, NAMESPACE, "organization", ORGANIZATIONS)
        last = content.execute("SELECT max(id) FROM repository").fetchone()[0]
    with closing(sqlite3.connect(data / "activity.db")) as activity, activity:
        _add_pulls(activity, first, last)


def _copy_repositories(content: sqlite3.Connection, first: int) -> None:
    """Repository and rows that name it get ids ``n`` times a step further on; every tenth is public."""
    step = 1 + content.execute("SELECT max(id) FROM repository").fetchone()[0]
    manifests = 1 + content.execute("SELECT max(id) FROM manifest").fetchone()[0]
    moved = {"repository_id": f"repository_id + n * {step}", "manifest_id": f"manifest_id + n * {manifests}"}
    path = f"printf('{NAMESPACE}/{CROWD.name}-%04d', n)"
    repository = {"id": f"id + n * {step}", "path": path, "public": "n % 10 = 0"}
    _multiply(content, "repository", repository, f"id = {first}", REPOSITORIES - 1)
    of_first = f"repository_id = {first}"
    _multiply(content, "manifest", moved | {"id": f"id + n * {manifests}"}, of_first, REPOSITORIES - 1)
    for table in ("repository_blob", "manifest_reference", "tag"):
        _multiply(content, table, moved, of_first, REPOSITORIES - 1)
    _multiply(content, "repository_grant", moved | {"id": "NULL"}, of_first, REPOSITORIES - 1)


def _add_tags(content: sqlite3.Connection, first: int) -> None:
    """The first repository gets many tags, each with a manifest of its own, and a history of them."""
    content.create_function("invented", 0, lambda: f"sha256:{secrets.token_hex(32)}")
    base = content.execute("SELECT max(id) FROM manifest").fetchone()[0]
    one = content.execute(
        "SELECT manifest_id, name FROM tag WHERE repository_id = ? ORDER BY name", (first,)
    ).fetchone()
    _multiply(content, "manifest", {"id": f"{base} + n", "digest": "invented()"}, f"id = {one[0]}", MANY_TAGS)
    named = {"name": "printf('w%06d', n)", "manifest_id": f"{base} + n", "since_ms": "since_ms + n"}
    _multiply(content, "tag", named, f"repository_id = {first} AND name = '{one[1]}'", MANY_TAGS)
    content.execute(
        "INSERT INTO tag_history (repository_id, name, digest, start_ms, end_ms, restored)"
        " SELECT repository_id, name, invented(), since_ms - 1000, since_ms, 0 FROM tag WHERE repository_id = ?",
        (first,),
    )


def _copy_accounts(content: sqlite3.Connection, name: str, new: str, count: int) -> None:
    columns = {"id": "NULL", "name": f"printf('{new}-%05d', n)"}
    _multiply(content, "account", columns, f"name = '{name}'", count)


def _add_pulls(activity: sqlite3.Connection, first: int, last: int) -> None:
    today = int(time.time()) // _DAY_S
    activity.execute(
        f"{_NUMBERS} INSERT INTO pull_day (repository_id, day, pulls)"  # noqa: S608 -- our own words
        " SELECT repository.n, :today - day.n + 1, 1 + (repository.n * 7919 + day.n) % 1000"
        " FROM number AS repository JOIN number AS day ON day.n <= :days WHERE repository.n >= :first",
        {"count": last, "today": today, "days": DAYS, "first": first},
    )


def _multiply(
    content: sqlite3.Connection, table: str, changed: dict[str, str], where: str, count: int
) -> None:
    """Copy the rows of a table ``count`` times; ``changed`` are expressions over the columns and ``n``, from 1 on."""
    columns = [row[1] for row in content.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(column, column) for column in columns)
    content.execute(
        f"{_NUMBERS} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}, number WHERE {where}",  # noqa: S608 -- our own words
        {"count": count},
    )
