"""From entries to fields of Settings, collecting every mistake on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from .entries import Entry, Mistake
from .key import Guarded, Inert, Key, LeftOut
from .keys.table import TABLE, find
from .shapes import faults_of, nearest, shown_key, shown_path


class Read(msgspec.Struct):
    """What was read: values by key (only of keys that have one), mistakes, and keys without effect."""

    entries: Mapping[str, Entry]
    values: dict[str, Any]
    mistakes: list[Mistake]
    inert: list[str]

    def mistake(self, key: str, message: str) -> None:
        """Add a mistake that concerns several keys; ``key`` is one that was given."""
        entry = self.entries[key]
        self.mistakes.append(Mistake(entry.place, message, key, entry.line))


def read_values(entries: Mapping[str, Entry], mistakes: list[Mistake]) -> Read:
    """Read each entry by the kind of its key. A key that is null keeps its default, unless null is a value of it."""
    read = Read(entries, {}, mistakes, [])
    for name, entry in entries.items():
        key = find(name)
        if key is None:
            mistakes.append(_unknown(name, entry))
        elif entry.value is not None or key.kind.null:
            _read_one(read, name, key, entry)
    return read


def fields_of(read: Read) -> dict[str, dict[str, Any]]:
    """Return the fields that the values set, by area; those of the core under ""."""
    fields: dict[str, dict[str, Any]] = {}
    for name, value in read.values.items():
        key = TABLE.get(name)
        if key is not None and key.field:
            area, _, field = key.field.rpartition(".")
            fields.setdefault(area, {})[field] = value
    return fields


def _read_one(read: Read, name: str, key: Key, entry: Entry) -> None:
    try:
        value = key.kind.read(entry.value)
    except ValueError as error:
        read.mistakes += [
            Mistake(entry.place_of(path), f"{name}{shown_path(path)}: {message}", name, entry.line_of(path))
            for path, message in faults_of(error)
        ]
        return
    if isinstance(key.status, Guarded) and not key.status.accepts(value):
        message = f"{name}: only {key.status.shown} is accepted yet: {key.status.why}"
        read.mistakes.append(Mistake(entry.place, message, name, entry.line))
        return
    read.values[name] = value
    if isinstance(key.status, (Inert, LeftOut)) and value != key.as_is:
        read.inert.append(name)


def _unknown(name: str, entry: Entry) -> Mistake:
    near = nearest(name, TABLE)
    if near:
        shown, hint = (name if name.isascii() else "this key"), f": did you mean {near}?"
    else:
        shown, hint = shown_key(name), ""
    return Mistake(entry.place, f"{shown} is no setting{hint}", shown, entry.line)
