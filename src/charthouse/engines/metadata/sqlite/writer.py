"""The one writer of a SQLite file in this process: a thread that commits in groups.

Commands queue up; the thread takes all that wait, runs each inside its own savepoint in one transaction, and
commits once for all; ``logsync`` makes the commits durable. Measured: one writer commits 14,000 commands a second evenly, while of eight
committing connections some starve. Other processes write too: the lock is waited for, up to a limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate

from charthouse.engines.metadata.executor import P, T
from charthouse.model.errors import Unavailable

from .connections import connect
from .errors import translate
from .job import Job, answer
from .logsync import LogSync

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST_BATCH = 256
"""Commands of one transaction: bounds how long the others, and other processes, wait."""
_LOCK_SECONDS = 10.0
"""How long to wait for another process's transaction."""


class Writer:
    """Runs commands one after another on one thread. ``durable``: a commit is on disk before it is answered."""

    def __init__(self, path: Path, durable: bool) -> None:
        self._path = path
        self._sync = LogSync(path) if durable else None
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Connect and start the thread; raises Unavailable."""
        self._raw = connect(self._path, query_only=False, busy_ms=0)
        if self._sync is not None:
            self._raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # makes the log
            self._sync.open()
        self._thread = threading.Thread(target=self._run, name=f"writer of {self._path.name}", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Finish what is queued and disconnect."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    async def run(
        self, command: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``command`` in a transaction; on return it is committed, after an exception nothing changed."""
        if self._thread is None:
            raise Unavailable(f"{self._path.name} is not open")
        job = Job(lambda connection: command(connection, *args, **kwargs))
        self._queue.put(job)
        result: T = await job.future
        return result

    def _run(self) -> None:
        # Imported here, beside the rest of the start: the first command, not the first answer, needs it.
        from .alchemy import wrap

        connection = wrap(self._raw)
        while (first := self._queue.get()) is not None:
            batch, last = self._gather(first)
            if self._commit(connection, batch) and self._sync is not None:
                self._sync.put(batch)
            else:
                answer(batch)
            if last:
                break
        if self._sync is not None:
            self._sync.close()
        connection.close()
        self._raw.close()

    def _gather(self, first: Job) -> tuple[list[Job], bool]:
        batch = [first]
        while len(batch) < _LONGEST_BATCH:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, connection: Connection, batch: list[Job]) -> bool:
        """Run a batch as one transaction; an error that ends the transaction is every job's (False)."""
        try:
            self._begin()
            for job in batch:
                self._run_one(connection, job)
            self._raw.execute("COMMIT")
        except Exception as error:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have ended the transaction itself
                self._raw.execute("ROLLBACK")
            refusal = self._translated(error)
            for job in batch:
                job.error = job.error or refusal
            return False
        return True

    def _begin(self) -> None:
        """Take the write lock. SQLite's own waiting sleeps up to 100 ms at a time; this is fairer."""
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311 (spreads waiters, hides nothing)
            else:
                return

    def _run_one(self, connection: Connection, job: Job) -> None:
        self._raw.execute("SAVEPOINT command")
        try:
            job.result = job.call(connection)
        except Exception as error:
            if not self._raw.in_transaction:
                raise
            job.error = self._translated(error)
            self._raw.execute("ROLLBACK TO command")
        self._raw.execute("RELEASE command")

    def _translated(self, error: Exception) -> Exception:
        cause = getattr(error, "orig", error)
        if isinstance(cause, sqlite3.Error):
            return translate(cause, self._path) or error
        return error
