"""One SQLite file as an Executor: commands to the writer thread, short questions inline, long ones in a thread."""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate

from charthouse.engines.metadata.executor import P, T

from .errors import translate
from .writer import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


_SCANS = 2
"""Long questions at a time; the others wait their turn."""


class SqliteFile:
    """Executor for the tables of one file."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self._writer = Writer(path, durable)
        self.write = self._writer.run
        self._scans = ThreadPoolExecutor(_SCANS, thread_name_prefix=f"scan of {path.name}")

    def open(self) -> None:
        """Connect; raises Unavailable."""
        self._writer.open()

    async def close(self) -> None:
        """Finish what is queued and disconnect."""
        await self._writer.close()
        await asyncio.to_thread(self._scans.shutdown)
        if "_engine" in self.__dict__:
            self._engine.dispose()

    async def read(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask on the event loop: cheaper than a thread, and readers never wait for the writer."""
        return self._ask(self._engine, question, *args, **kwargs)

    async def scan(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask in a thread."""
        ask = functools.partial(self._ask, self._engine, question, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._scans, ask)

    @functools.cached_property
    def _engine(self) -> Engine:
        from .alchemy import reading_engine  # SQLAlchemy's import is not for the first answer to wait for

        return reading_engine(self.path, _SCANS + 1)

    def _ask(
        self,
        engine: Engine,
        question: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            with engine.connect() as connection:
                return question(connection, *args, **kwargs)
        except Exception as error:
            cause = getattr(error, "orig", error)
            refusal = translate(cause, self.path) if isinstance(cause, sqlite3.Error) else None
            if refusal is None:
                raise
            raise refusal from error
