"""What is told of a failure, which goes to the log: the statement, never the values of a row (CVE-2025-48374)."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, text

from charthouse.engines.metadata import tables

from .harness import Harness

SECRET = "s3cr3t-hunter2"


async def test_a_statement_that_fails_is_told_without_its_values(harness: Harness) -> None:
    def nowhere(connection: Connection) -> None:
        connection.execute(text("INSERT INTO nowhere (a) VALUES (:a)"), {"a": SECRET})

    await _fails(harness, nowhere, "nowhere")


async def test_a_row_that_breaks_a_rule_is_told_without_its_values(harness: Harness) -> None:
    """PostgreSQL's own words for it hold the whole row, MariaDB's the key."""
    account = {"kind": "user", "email": SECRET, "password_hash": SECRET, "created_ms": 0}

    def lacks_a_name(connection: Connection) -> None:
        connection.execute(insert(tables.account), {**account, "name": None})

    def is_there_twice(connection: Connection) -> None:
        connection.execute(insert(tables.account), {**account, "name": SECRET})
        connection.execute(insert(tables.account), {**account, "name": SECRET})

    await _fails(harness, lacks_a_name, "account")
    await _fails(harness, is_there_twice, "account")


async def _fails(harness: Harness, command: Callable[[Connection], None], told: str) -> None:
    with pytest.raises(Exception) as failure:
        await harness.tables(command)
    shown = "".join(traceback.format_exception(failure.value))
    assert told in shown
    assert SECRET not in shown
