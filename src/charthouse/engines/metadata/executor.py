"""How an engine runs commands and questions: plain functions of a SQLAlchemy Connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

P = ParamSpec("P")
T = TypeVar("T")


class Executor(Protocol):
    """Runs functions against one group of tables. All may raise Unavailable, ``write`` StorageFull too.

    A function must be safe to run again: an engine repeats it when it lost a race or the connection, after
    taking back what it did. So it reads first and then writes, and a broken uniqueness is a lost race.
    """

    async def write(
        self, command: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a command in a transaction; on return it is committed, after an exception nothing changed."""

    async def read(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask a question that an index answers at once."""

    async def scan(
        self, question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask a question that may take long."""
