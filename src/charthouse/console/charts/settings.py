"""The settings of values.yaml as a table: found by words, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from charthouse.helm.chart.facts import Value

PAGE = 100
_LONGEST = 300
_MOST_WORDS = 10


class Setting(msgspec.Struct, frozen=True):
    """A row: ``default`` as one would write it, ``cut`` when it is longer."""

    path: str
    type: str
    default: str
    cut: bool
    description: str
    section: str
    required: bool
    line: int


class Settings(msgspec.Struct, frozen=True):
    """A page of rows; ``found`` counts those of all pages, ``known`` those of the whole chart."""

    rows: list[Setting]
    found: int
    known: int
    more: bool


def settings(values: Sequence[Value], text: str, page: int) -> Settings:
    """Return a page of the settings that have every word of ``text`` (the first ten count) in key, default or description.

    A group of settings shows by its members, unless it is described itself.
    """
    groups = {value.path.rpartition(".")[0] for value in values}
    known = [value for value in values if value.path not in groups or value.description]
    words = text.casefold().split()[:_MOST_WORDS]
    found = [value for value in known if _has(value, words)] if words else known
    start = (page - 1) * PAGE
    rows = [_row(value, grouping=value.path in groups) for value in found[start : start + PAGE]]
    return Settings(rows, len(found), len(known), len(found) > start + PAGE)


def _has(value: Value, words: Sequence[str]) -> bool:
    default = "" if isinstance(value.default, dict | list) else str(value.default)
    text = f"{value.path}\n{default}\n{value.description}\n{value.section}".casefold()
    return all(word in text for word in words)


def _row(value: Value, *, grouping: bool) -> Setting:
    default = "" if grouping else written(value.default)
    return Setting(
        value.path,
        value.type,
        default[:_LONGEST],
        value.truncated or len(default) > _LONGEST,
        value.description,
        value.section,
        value.required,
        value.line,
    )


def written(value: Any) -> str:
    """Return a value as one would write it: text as it is, unless that is empty or spaces."""
    if isinstance(value, str) and value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
