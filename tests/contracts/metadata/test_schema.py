"""Migrations make what ``tables`` says, and the code knows the newest."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine

from charthouse.engines.metadata import schema, tables
from charthouse.engines.metadata.factory import metadata_from_url, migrate
from charthouse.model.errors import Unavailable
from tests.support.engines import sqlite_url

from .harness import Harness


def _compared(_: object, name: str | None, *_others: object) -> bool:
    """Full-text indexes are each engine's own, and migrations say what they are; searches fail without."""
    return not (name or "").startswith("chart_search_words")


OPTIONS = {"compare_type": True, "include_object": _compared}


async def test_migrations_make_the_tables(harness: Harness) -> None:
    expected = MetaData()
    for group in (tables.content, tables.activity) if harness.store.remote else (tables.content,):
        for table in group.tables.values():
            table.to_metadata(expected)

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return list(compare_metadata(context, expected))

    assert await harness.tables(compare) == []


def test_activity_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    migrate(sqlite_url(tmp_path))
    for name, metadata in (("charthouse.db", tables.content), ("activity.db", tables.activity)):
        with create_engine(f"sqlite:///{tmp_path / name}").connect() as connection:
            context = MigrationContext.configure(connection, opts=OPTIONS)
            assert compare_metadata(context, metadata) == []


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", "charthouse.engines.metadata:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_many_processes_may_migrate_at_once(empty_url: str) -> None:
    program = f"from charthouse.engines.metadata.factory import migrate; migrate({empty_url!r})"
    processes = [await asyncio.create_subprocess_exec(sys.executable, "-c", program) for _ in range(2)]
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0, 0]
    store = metadata_from_url(empty_url)
    await store.open()
    await store.close()


async def test_a_store_without_tables_says_so(empty_url: str) -> None:
    with pytest.raises(Unavailable, match="missing"):
        await metadata_from_url(empty_url).open()


async def test_a_store_of_another_version_says_so(tmp_path: Path) -> None:
    migrate(sqlite_url(tmp_path))
    with sqlite3.connect(tmp_path / "charthouse.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unavailable, match="9999"):
        await metadata_from_url(sqlite_url(tmp_path)).open()


@pytest.mark.parametrize(
    "url", ["oracle://host/db", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:"]
)
def test_unknown_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        metadata_from_url(url)
    with pytest.raises(ValueError, match="sqlite"):
        migrate(url)
