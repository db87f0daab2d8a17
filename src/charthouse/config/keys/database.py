"""Keys of the metadata database."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut
from ..shapes import listing, mapping
from ..values import choice, database, flag, number, secret, text


class Connection(Area, frozen=True, kw_only=True):
    """How a database server is connected to: ``DB_CONNECTION_ARGS``. None or "": as the driver does by itself."""

    sslmode: str = ""
    sslrootcert: str = ""
    connect_timeout: int = 10
    max_connections: int | None = None


_SSL_MODES = choice("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_ARGUMENTS = mapping(
    {
        "sslmode": _SSL_MODES,
        "sslrootcert": text,
        "ssl": mapping({"ca": text}),
        "connect_timeout": number(1, 600),
        "max_connections": number(1, 10_000),
        "stale_timeout": number(),
        "threadlocals": flag,
        "autorollback": flag,
    }
)

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
        _ARGUMENTS,
        "Beside `DB_URI`: `sslmode` and `sslrootcert` (PostgreSQL), `ssl: {ca: …}` (MariaDB), `connect_timeout` in"
        " seconds, `max_connections` of one server process.",
        quay=None,
        status=Inert("TLS to the database", as_is={"threadlocals": True, "autorollback": True}),
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
        listing(mapping({"DB_URI": database, "DB_CONNECTION_ARGS": _ARGUMENTS}, required=["DB_URI"])),
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
