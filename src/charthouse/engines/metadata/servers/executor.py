"""Runs commands and questions on a database server, again when a race was lost or the connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Concatenate

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from charthouse.engines.metadata.executor import P, T
from charthouse.model.errors import RegistryError

from .errors import Failure, classify, refusal

_RACES = 20
"""Times to run a command that keeps losing races; each wait is longer than the one before."""
_LOSSES = 2
"""Times to run a command that loses its connection: a server that restarted is met with the second."""


class ServerExecutor:
    """Executor on two pools of connections; those of ``reading`` commit each statement."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._writing = writing
        self._reading = reading

    async def close(self) -> None:
        """Disconnect."""
        await self._writing.dispose()
        await self._reading.dispose()

    async def write(
        self, command: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a command in a transaction.

        What failed before the commit was taken back by the server, so it is safe to run again. Only a commit
        whose answer is lost is not repeated: nobody can know what became of it.
        """
        patience = _Patience()
        while True:
            committing = False
            try:
                async with self._writing.connect() as connection:
                    result = await connection.run_sync(command, *args, **kwargs)
                    committing = True
                    await connection.commit()
            except RegistryError:
                raise
            except Exception as error:
                await patience.after(error, committing=committing)
            else:
                return result

    async def read(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask a question, each statement for itself."""
        patience = _Patience()
        while True:
            try:
                async with self._reading.connect() as connection:
                    return await connection.run_sync(question, *args, **kwargs)
            except Exception as error:
                await patience.after(error)

    scan = read


class _Patience:
    """Counts what went wrong with one command."""

    def __init__(self) -> None:
        self._races = 0
        self._losses = 0

    async def after(self, error: Exception, *, committing: bool = False) -> None:
        """Wait before another attempt; when there shall be none, raise what callers are told."""
        failure = classify(error)
        self._races += failure is Failure.AGAIN
        self._losses += failure is Failure.AWAY
        lost_answer = committing and failure is Failure.AWAY
        tired = self._races >= _RACES or self._losses >= _LOSSES
        if lost_answer or tired or failure in (Failure.FULL, Failure.FAULT):
            told = refusal(failure, error)
            if told is None:
                raise error
            if failure in (Failure.AWAY, Failure.FULL):
                raise told from error
            raise told.with_traceback(error.__traceback__) from None  # the cause's words hold values of rows
        await asyncio.sleep(random.uniform(0, 0.005 * self._races))  # noqa: S311 -- parts those who raced
