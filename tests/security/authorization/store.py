"""The files of the store: how each call finds the same state, and what a call has changed."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

FILES = ("charthouse.db", "activity.db")
_UNCOUNTED = frozenset({"change_log", "last_use", "pull_count", "pull_day", "lease", "sqlite_sequence"})
"""Tables that a refused request may write to, or that work beside requests does."""

_changes = itertools.count(1_000_000_000)

Dump = dict[str, list[tuple[Any, ...]]]


class Store:
    """The live files under a running server, and a copy of them as they were."""

    def __init__(self, data: Path, template: Path) -> None:
        self._data = data
        self._template = template

    def remember(self) -> None:
        """Keep what is there now as the state to come back to."""
        self._template.mkdir(exist_ok=True)
        for name in FILES:
            _copy(self._data / name, self._template / name)

    def restore(self) -> None:
        """Bring the remembered state back, under the server, and let it forget all it knew."""
        for name in FILES:
            _copy(self._template / name, self._data / name)
        self.execute("INSERT INTO change_log VALUES (?, 'everything', 0, '')", next(_changes))

    def execute(self, statement: str, *values: object) -> None:
        """Change the content."""
        with closing(sqlite3.connect(self._data / FILES[0], timeout=30)) as database, database:
            database.execute(statement, values)

    def execute_activity(self, statement: str, *values: object) -> None:
        """Change what changes with every request."""
        with closing(sqlite3.connect(self._data / FILES[1], timeout=30)) as database, database:
            database.execute(statement, values)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the content."""
        with closing(sqlite3.connect(self._data / FILES[0], timeout=30)) as database:
            return database.execute(query, values).fetchall()

    def dump(self) -> Dump:
        """Return every row that only an allowed request may change."""
        found: Dump = {}
        for name in FILES:
            with closing(sqlite3.connect(self._data / name, timeout=30)) as database:
                tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (table,) in tables:
                    if table not in _UNCOUNTED:
                        found[table] = sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr)  # noqa: S608
        return found

    def forget(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self._template)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as found, closing(sqlite3.connect(target, timeout=30)) as made:
        found.backup(made)
