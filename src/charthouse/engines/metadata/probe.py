"""Trying a database for real, before anything is made in it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import ssl
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING

from charthouse.model.errors import Unavailable

from .factory import is_server, server_url, sqlite_path
from .schema import HEAD
from .servers.options import ServerOptions
from .sqlite.migrate import version as file_version

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ADVICE = {
    "28P01": "user or password is wrong",
    "28000": "this user may not connect",
    1045: "user or password is wrong",
    "3D000": "there is no such database",
    1049: "there is no such database",
    1044: "this user may not use this database",
    "42501": "this user may not make tables",
    1142: "this user may not make tables",
    "53300": "it has no connection left",
    1040: "it has no connection left",
}
_TABLE = "charthouse_probe"


async def probe(url: str, options: ServerOptions) -> str:
    """Return what was found; raises Unavailable, or ValueError for a URL that names no store.

    Where tables are to be made yet, one is made and dropped.
    """
    if not is_server(url):
        return await asyncio.to_thread(_file, sqlite_path(url))
    from sqlalchemy.pool import NullPool

    from .servers.store import vendor

    engine = vendor(server_url(url), options).engine("READ COMMITTED", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_server)
    except Unavailable:
        raise
    except Exception as error:
        raise Unavailable(_advice(error)) from error
    finally:
        await engine.dispose()


def _server(connection: Connection) -> str:
    from sqlalchemy import text

    from .servers.store import schema_version

    name = connection.dialect.name
    number = ".".join(map(str, (connection.dialect.server_version_info or ())[:2]))
    told = f"{'PostgreSQL' if name == 'postgresql' else 'MariaDB or MySQL'} {number} answers"
    found = schema_version(connection)
    connection.rollback()
    if found is not None:
        return f"{told}; {_state(found)}"
    for statement in (f"CREATE TABLE {_TABLE} (id INTEGER)", f"DROP TABLE {_TABLE}"):
        connection.execute(text(statement))
    connection.commit()
    return f"{told}; {_state(None)}"


def _state(version: str | None) -> str:
    if version is None:
        return "it has no tables yet, the first start makes them"
    if version > HEAD:
        raise Unavailable(f"its schema is {version}, newer than this program's {HEAD}")
    return (
        "its schema is this program's"
        if version == HEAD
        else f"its schema is {version}, a start brings it to {HEAD}"
    )


def _file(path: Path) -> str:
    found = file_version(path)
    if found is None:
        above = next(place for place in path.absolute().parents if place.exists())
        if not os.access(above, os.W_OK | os.X_OK):
            raise Unavailable(f"nothing may be made in {above}")
        return f"{path} is not there yet, a start makes it"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unavailable(f"{path} can't be written ({error.sqlite_errorname})") from error
    return f"{path} can be written; {_state(found)}"


def _advice(error: BaseException) -> str:
    """Return why the server did not do it, without its own words, which may repeat what was sent."""
    causes = _chain(error)
    for cause in causes:
        for code in (getattr(cause, "sqlstate", None), *cause.args[:1]):
            if isinstance(code, (str, int)) and code in _ADVICE:
                return _ADVICE[code]
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return f"its certificate is refused: {cause.verify_message}"
            case ssl.SSLError():
                return "it does not speak TLS as it should"
            case gaierror():
                return "its host name is not known"
            case ConnectionRefusedError():
                return "nothing listens at its host and port"
            case FileNotFoundError() | PermissionError():
                return "the file of its certificate authority can't be read"
            case TimeoutError():
                return "it does not answer in time"
    return f"it does not do what it was asked ({type(causes[-1]).__name__})"


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return found
