"""YAML that every Helm reads back as it was: texts that YAML 1.1 or go-yaml would take for something else are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from .yamls import resolve

_WORD = r"(?:[A-Za-z0-9_/.,+@()%=;*&|!?<>~^'-]|:(?=[A-Za-z0-9_/.-]))"
_PLAIN = re.compile(
    rf"(?:[A-Za-z_/]{_WORD}*(?: {_WORD}+)*|[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.+-]*|[0-9a-f]{{64}})"
)
_UNPRINTABLE = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)  # JSON lets them be, YAML readers refuse them
_LONGEST_KEY = 100  # what is longer may need another notation


def block(value: dict[str, Any], indent: str, first: str | None = None) -> str:
    """Return a mapping's lines; keys sorted as Helm writes them. The first line begins with ``first`` instead."""
    lines = "".join(_mapping(value, indent))
    return lines if first is None else first + lines[len(indent) :]


def _mapping(value: dict[str, Any], indent: str) -> Iterator[str]:
    for key in sorted(value):
        item = value[key]
        head = f"{indent}{_key(key, indent)}:"
        if isinstance(item, dict) and item:
            yield head + "\n"
            yield from _mapping(item, indent + "  ")
        elif isinstance(item, list) and item:
            yield head + "\n"
            yield from _sequence(item, indent)
        else:
            yield f"{head} {_scalar(item)}\n"


def _sequence(items: list[Any], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict) and item:
            yield block(item, indent + "  ", f"{indent}- ")
        else:
            yield f"{indent}- {_scalar(item)}\n"


def _key(key: str, indent: str) -> str:
    return f"? {_scalar(key)}\n{indent}" if len(key) > _LONGEST_KEY else _scalar(key)


def _scalar(value: Any) -> str:
    """Return a scalar, or a whole list in JSON's notation, on one line."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and isinstance(resolve(value), str):
        return value
    text = msgspec.json.encode(value, order="deterministic").decode()
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
