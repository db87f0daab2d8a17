"""Keys of the metadata database."""

from __future__ import annotations

from typing import Any

import msgspec

from ..key import Inert, Key, LeftOut
from ..shapes import listing, mapping
from ..values import Kind, choice, database, flag, number, secret, text


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """How a database server is connected to: ``DB_CONNECTION_ARGS``. None or "": as the driver does by itself."""

    sslmode: str = ""
    ca: str = ""
    """``sslrootcert`` of PostgreSQL, ``ssl: {ca: …}`` of MariaDB: a file."""
    connect_timeout: int = 10
    max_connections: int = 12
    stale_timeout: int | None = None


_ARGUMENTS = mapping(
    {
        "sslmode": choice("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
        "sslrootcert": text,
        "ssl": mapping({"ca": text}, ["ca"]),
        "connect_timeout": number(1, 600),
        "max_connections": number(4, 10_000),
        "stale_timeout": number(1),
        "threadlocals": flag,
        "autorollback": flag,
    }
)


def _connection(value: Any) -> Connection:
    given = _ARGUMENTS.read(value)
    if "ssl" in given and ("sslmode" in given or "sslrootcert" in given):
        raise ValueError("ssl is for MariaDB and MySQL, sslmode and sslrootcert are for PostgreSQL")
    ca = given.get("ssl", {}).get("ca") or given.get("sslrootcert", "")
    known = {name: given[name] for name in Connection.__struct_fields__ if name in given}
    return Connection(**known | {"ca": ca})


CONNECTION = Kind("mapping", _connection, _ARGUMENTS.schema, show=msgspec.structs.asdict)

KEYS = (
    Key(
        "DB_URI",
        database,
        "The database: `postgresql://USER:PASSWORD@HOST/NAME`, `mysql://…` or `sqlite:////absolute/path`. Without"
        " a configuration file, SQLite under `--data`.",
        field="database",
        quay="sqlite:///test/data/test.db",
        why="the path in it is Quay's own",
    ),
    Key(
        "DATABASE_SECRET_KEY",
        secret,
        "Encrypts what the database must be able to show again (signing keys). Must be set beside a database"
        " server; who loses it loses those.",
        field="database_secret_key",
        quay=None,
    ),
    Key(
        "DB_CONNECTION_ARGS",
        CONNECTION,
        "Beside `DB_URI`: `sslmode` and `sslrootcert` (PostgreSQL), `ssl: {ca: …}` (MariaDB); `connect_timeout` and"
        " `stale_timeout` in seconds; `max_connections` of one process, 4 or more.",
        field="connection",
        quay=None,
    ),
    Key(
        "DB_CONNECTION_POOLING",
        flag,
        "Connections are used again.",
        quay=True,
        since="3.12",
        status=LeftOut("they always are", as_is=True),
    ),
    Key(
        "DB_READ_REPLICAS",
        listing(mapping({"DB_URI": database, "DB_CONNECTION_ARGS": CONNECTION}, required=["DB_URI"])),
        "Copies of the database that may be read from.",
        quay=None,
        status=Inert("replicas of the database", as_is=()),
    ),
    Key(
        "DB_TRANSACTION_FACTORY",
        text,
        "A name within Quay's code.",
        quay=None,
        status=LeftOut("it names a part of Quay's code"),
    ),
)
