"""What there is to tell of a configuration that can be used: keys without effect, and values without secrets."""

from __future__ import annotations

from typing import Any

import msgspec

from .defaults import value_of, written
from .fields import Read
from .key import Honoured, Inert, LeftOut
from .keys.storage import ENGINES, STORAGE_CONFIG, Storage
from .keys.table import TABLE, find
from .settings import Settings

_PARTS = {"DISTRIBUTED_STORAGE_PREFERENCE", "FEATURE_LIBRARY_SUPPORT"}
"""Keys that are a part of another's value."""


class WithoutEffect(msgspec.Struct, frozen=True):
    """A key that was given and does nothing. ``later``: it will, with the part that ``because`` names."""

    key: str
    place: str
    later: bool
    because: str


class Effective(msgspec.Struct, frozen=True):
    """A key's value as it counts, without secrets. ``place`` is where it was given; "" for a default."""

    key: str
    value: Any
    place: str


def without_effect(read: Read) -> list[WithoutEffect]:
    """Return the given keys that do nothing, by name."""
    return [_note(read, name) for name in read.inert]


def _note(read: Read, name: str) -> WithoutEffect:
    key_name, dot, part = name.partition(".")
    place = read.entries[key_name].place_of((part,) if dot else ())
    key = find(key_name)
    match key.status if key is not None else None:
        case Inert(later=later):
            return WithoutEffect(name, place, True, later)
        case LeftOut(why=why):
            return WithoutEffect(name, place, False, why)
        case _:  # a storage that is not preferred
            return WithoutEffect(name, place, True, "geo-replication")


def effective(read: Read, settings: Settings) -> list[Effective]:
    """Return every honoured key with its value as one would write it, secrets hidden."""
    found = []
    for name, key in TABLE.items():
        if isinstance(key.status, Honoured) and name not in _PARTS:
            entry = read.entries.get(name)
            value = value_of(settings, key)
            shown = _storage(value) if name == STORAGE_CONFIG else written(key, key.kind.show(value))
            found.append(Effective(name, shown, entry.place if entry is not None else ""))
    return found


def _storage(storage: Storage) -> list[Any]:
    return [storage.engine, ENGINES[storage.engine].show(storage.arguments)]
