"""Makes commits durable: one sync of the log for all that were written meanwhile, outside SQLite's lock.

With ``synchronous = FULL`` SQLite syncs the log inside each commit, while it holds the lock that every other
process waits for. Here commits only write (``NORMAL``: never inconsistent), and this thread syncs the log
afterwards, before anyone is answered. Measured with two server processes and 8 clients that push 100 KiB: see
docs/adr/0003.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from pathlib import Path

from charthouse.model.errors import Unavailable

from .job import Job, answer


class LogSync:
    """Answers committed jobs once the log of ``database`` is on disk."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"sync of {database.name}", daemon=True)
        self._failed = False

    def open(self) -> None:
        """Open the log, which a connection has made, and start the thread."""
        self._log = os.open(f"{self._database}-wal", os.O_RDONLY | os.O_CLOEXEC)
        directory = os.open(self._database.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(directory)  # the log's own name
        finally:
            os.close(directory)
        self._thread.start()

    def close(self) -> None:
        """Finish what is queued; blocks."""
        self._queue.put(None)
        self._thread.join()
        os.close(self._log)

    def put(self, batch: list[Job]) -> None:
        """Answer the jobs of a committed batch when they are durable."""
        self._queue.put(batch)

    def _run(self) -> None:
        more = True
        while more:
            jobs: list[Job] = []
            waiting = [self._queue.get()]
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.append(self._queue.get_nowait())
            for batch in waiting:
                if batch is None:
                    more = False
                else:
                    jobs += batch
            self._sync(jobs)
            answer(jobs)

    def _sync(self, jobs: list[Job]) -> None:
        """Sync the log. After one failure nothing more is promised: what the kernel dropped cannot be known."""
        try:
            if not self._failed:
                os.fdatasync(self._log)
                return
        except OSError:
            self._failed = True
        for job in jobs:
            job.error = job.error or Unavailable(
                f"the disk under {self._database.name} failed to keep a change: restart the server, check the disk"
            )
