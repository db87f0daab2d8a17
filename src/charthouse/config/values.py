"""Single values as people write them in a config.yaml: how each kind is read, described and shown.

Quay's files hold numbers and booleans as strings, durations as ``10m`` and sizes as ``20G``: all are accepted,
and anything that is not clearly one of them is a ValueError that says what was expected. Messages never repeat a
value, which might be a secret in the wrong place. Lists and mappings are in ``shapes``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

HIDDEN = "…"
"""What is shown in place of a secret."""

_DURATION = re.compile(r"(\d+)\s*([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZE = re.compile(r"(\d+)\s*(?:([KMGTP])(i?))?B?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", re.ASCII)
_SQLITE = re.compile(r"sqlite:///(?!:memory:)[^?]+")
_SERVER = re.compile(
    r"(?:postgresql(?:\+psycopg2)?|(?:mysql|mariadb)(?:\+pymysql)?)://"
    r"(?:.*@)?(?:[^/@:\[\]?]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?/[^?]+(?:\?.*)?",
    re.ASCII,
)
_CREDENTIALS = re.compile(r"(?<=://).*@")
_DIGITS = {"type": "string", "pattern": r"^\s*[0-9]+\s*$"}


def as_it_is(value: Any) -> Any:
    """Return ``value``."""
    return value


def hide(value: Any) -> Any:
    """Return what is shown of a value that may hold a secret; nothing stays nothing."""
    return HIDDEN if value else value


class Kind(msgspec.Struct, frozen=True):
    """One kind of value. ``title`` says what it is, as docs and messages have it: "true or false"."""

    title: str
    read: Callable[[Any], Any]
    """From what stands in a file to what Settings hold; raises ValueError that says what was expected."""
    schema: Mapping[str, Any]
    """JSON Schema of what ``read`` accepts; text within a bound (at least 60 seconds) may be told by ``read`` alone."""
    show: Callable[[Any], Any] = as_it_is
    """From a value as it was read to what people and logs may see of it."""
    null: bool = False
    """Null is a value of this kind; else a key that is null keeps its default."""
    secret: bool = False
    """The value, or a part of it, is a secret."""


def nullable(kind: Kind) -> Kind:
    """Return the kind with null (None) as one more value."""

    def read(value: Any) -> Any:
        return None if value is None else kind.read(value)

    return msgspec.structs.replace(kind, title=f"{kind.title}, or null", read=read, null=True)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    unquoted = isinstance(value, (int, float))
    raise ValueError("expected text: put it in quotes" if unquoted else "expected text")


text = Kind("text", _text, {"type": "string"})
secret = Kind("text (secret)", _text, {"type": "string", "writeOnly": True}, show=hide, secret=True)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in {"true", "false"}:
        return word == "true"
    raise ValueError("expected true or false")


_FLAG_TEXT = r"^\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$"
flag = Kind(
    "true or false", _flag, {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _FLAG_TEXT}]}
)
"""A boolean; ``'true'`` and ``'false'`` are two."""


def number(least: int = 0, most: int | None = None) -> Kind:
    """Return the kind of whole numbers from ``least`` to ``most``."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None:
            raise ValueError("expected a whole number")
        return _bounded(found, least, most, "")

    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return Kind("whole number", read, {"anyOf": [{"type": "integer", **bounds}, _DIGITS]})


port = number(1, 65_535)


def decimal(least: float = 0) -> Kind:
    """Return the kind of numbers, with or without a fraction, of ``least`` or more."""

    def read(value: Any) -> float:
        try:
            found = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            found = math.nan
        if not math.isfinite(found) or found < least:
            raise ValueError(f"expected a number, {least:g} or more")
        return found

    textual = {"type": "string", "pattern": r"^\s*[0-9_.eE+-]+\s*$"}
    return Kind("number", read, {"anyOf": [{"type": "number", "minimum": least}, textual]})


def duration(least: int = 0) -> Kind:
    """Return the kind of durations in seconds, ``least`` or more: a number, or ``30s 10m 12h 14d 2w``."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None and isinstance(value, str):
            match = _DURATION.fullmatch(value.strip())
            found = None if match is None else int(match[1]) * _SECONDS[match[2]]
        if found is None:
            raise ValueError("expected a duration: seconds, or a number with s, m, h, d or w")
        return _bounded(found, least, None, " seconds")

    textual = {"type": "string", "pattern": r"^\s*[0-9]+\s*[smhdw]?\s*$"}
    return Kind("duration", read, {"anyOf": [{"type": "integer", "minimum": least}, textual]})


def size(least: int = 0) -> Kind:
    """Return the kind of sizes in bytes, ``least`` or more: ``20G`` is 20 * 1000**3, ``10Mi`` 10 * 1024**2."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None and isinstance(value, str):
            match = _SIZE.fullmatch(value.strip())
            if match is not None:
                base = 1024 if match[3] else 1000
                found = int(match[1]) * base ** _POWERS[(match[2] or "").lower()]
        if found is None:
            raise ValueError("expected a size: bytes, or a number with K, M, G, T, or Ki, Mi, Gi, Ti")
        return _bounded(found, least, None, " bytes")

    textual = {"type": "string", "pattern": r"^\s*[0-9]+\s*([KkMmGgTtPp][Ii]?)?[Bb]?\s*$"}
    return Kind("size", read, {"anyOf": [{"type": "integer", "minimum": least}, textual]})


def choice(*words: str) -> Kind:
    """Return the kind of exactly these words."""

    def read(value: Any) -> str:
        if value in words:
            return str(value)
        raise ValueError(f"expected {' or '.join(words)}")

    return Kind(" or ".join(f"`{word}`" for word in words), read, {"enum": list(words)})


def _host(value: Any) -> str:
    if isinstance(value, str) and _HOST.fullmatch(value) is not None:
        return value
    raise ValueError("expected host or host:port, without http:// and without a path")


host = Kind("host[:port]", _host, {"type": "string", "pattern": f"^{_HOST.pattern}$".replace(r"\d", "[0-9]")})


def _path(value: Any) -> str:
    if isinstance(value, str) and _PATH.fullmatch(value) is not None:
        return value
    raise ValueError("expected a path such as /oauth/localapp, without a slash at its end")


path = Kind("path", _path, {"type": "string", "pattern": f"^{_PATH.pattern}$"})


def without_credentials(value: str) -> str:
    """Return an address without what may be secret in it: user and password, and the query."""
    bare, question, _ = _CREDENTIALS.sub(f"{HIDDEN}@", value).partition("?")
    return f"{bare}?{HIDDEN}" if question else bare


def url(*schemes: str) -> Kind:
    """Return the kind of addresses with one of ``schemes``. What stands before ``@`` in one is not shown."""
    expected = f"expected an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def read(value: Any) -> str:
        try:
            parts = urlsplit(value) if isinstance(value, str) else None
        except ValueError:
            parts = None
        if parts is None or parts.scheme not in schemes or not parts.netloc or re.search(r"\s", value):
            raise ValueError(expected)
        return str(value)

    pattern = {"type": "string", "pattern": rf"^\s*({'|'.join(schemes)}):\/\/\S+$"}
    return Kind("address", read, {**pattern, "format": "uri"}, show=without_credentials)


web = url("http", "https")


def _database(value: Any) -> str:
    if isinstance(value, str) and (_SERVER.fullmatch(value) or _SQLITE.fullmatch(value)):
        return value
    raise ValueError(
        "expected postgresql://USER:PASSWORD@HOST[:PORT]/DATABASE, mysql:// or mariadb:// so, or"
        " sqlite:////absolute/path"
    )


database = Kind(
    "database URL (secret)",
    _database,
    {
        "anyOf": [
            {"type": "string", "pattern": f"^{_SERVER.pattern}$", "writeOnly": True},
            {"type": "string", "pattern": f"^{_SQLITE.pattern}$"},
        ]
    },
    show=without_credentials,
    secret=True,
)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value) if len(value) <= 30 else None
    return None


def _bounded(found: int, least: int, most: int | None, unit: str) -> int:
    if most is not None and not least <= found <= most:
        raise ValueError(f"expected {least} to {most}{unit}")
    if found < least:
        raise ValueError(f"expected {least}{unit} or more")
    return found
