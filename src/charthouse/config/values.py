"""Reading single values as people write them in a config.yaml.

Quay's files hold numbers and booleans as strings, durations as ``10m`` and sizes as ``20G``: all are accepted,
and anything that is not clearly one of them is a ValueError that says what was expected. Messages never repeat a
value, which might be a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Reader = Callable[[Any], Any]

_DURATION = re.compile(r"(\d+)\s*([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZE = re.compile(r"(\d+)\s*(?:([KMGTP])(i?))?B?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)
_DATABASE = re.compile(r"(?:sqlite|postgresql|mysql|mariadb)(?:\+[a-z0-9]+)?://", re.ASCII)


def text(value: Any) -> str:
    """Return a string."""
    if isinstance(value, str):
        return value
    raise ValueError("expected text")


def flag(value: Any) -> bool:
    """Return a boolean; ``'true'`` and ``'false'`` are two."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in {"true", "false"}:
        return word == "true"
    raise ValueError("expected true or false")


def number(least: int = 0) -> Reader:
    """Return a reader of whole numbers, ``least`` or more."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None:
            raise ValueError("expected a whole number")
        if found < least:
            raise ValueError(f"expected {least} or more")
        return found

    return read


def duration(least: int = 0) -> Reader:
    """Return a reader of durations in seconds, ``least`` or more: a number, or ``30s 10m 12h 14d 2w``."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None and isinstance(value, str):
            match = _DURATION.fullmatch(value.strip())
            found = None if match is None else int(match[1]) * _SECONDS[match[2]]
        if found is None:
            raise ValueError("expected a duration: seconds, or a number with s, m, h, d or w")
        if found < least:
            raise ValueError(f"expected {least} seconds or more")
        return found

    return read


def size(least: int = 0) -> Reader:
    """Return a reader of sizes in bytes, ``least`` or more: ``20G`` is 20 * 1000**3, ``10Mi`` 10 * 1024**2."""

    def read(value: Any) -> int:
        found = _whole(value)
        if found is None and isinstance(value, str):
            match = _SIZE.fullmatch(value.strip())
            if match is not None:
                base = 1024 if match[3] else 1000
                found = int(match[1]) * base ** _POWERS[(match[2] or "").lower()]
        if found is None:
            raise ValueError("expected a size: bytes, or a number with K, M, G, T, or Ki, Mi, Gi, Ti")
        if found < least:
            raise ValueError(f"expected {least} bytes or more")
        return found

    return read


def choice(*words: str) -> Reader:
    """Return a reader of exactly these words."""

    def read(value: Any) -> str:
        if value in words:
            return str(value)
        raise ValueError(f"expected {' or '.join(words)}")

    return read


def names(value: Any) -> tuple[str, ...]:
    """Return a list of strings."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError("expected a list of names")


def host(value: Any) -> str:
    """Return a host with an optional port."""
    if isinstance(value, str) and _HOST.fullmatch(value) is not None:
        return value
    raise ValueError("expected host or host:port, without http:// and without a path")


def database(value: Any) -> str:
    """Return a database URL."""
    if isinstance(value, str) and _DATABASE.match(value) is not None:
        return value
    raise ValueError("expected a URL of sqlite, postgresql, mysql or mariadb")


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return None
