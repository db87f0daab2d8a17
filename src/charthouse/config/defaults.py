"""What a key is without being set, and how people write values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from .key import Key
from .keys.storage import Storage
from .settings import Settings

_DURATIONS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60))
_SIZES = (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10))


def default_of(key: Key) -> Any:
    """Return the default of a key's field; UNSET without a field, and where it is no single value."""
    if not key.field or key.field in {"database", "storage", "connection"}:
        return msgspec.UNSET
    bare = Settings(data=Path(), database="", storage=Storage("", {}))
    return value_of(bare, key)


def value_of(settings: Settings, key: Key) -> Any:
    """Return the value of a key's field."""
    value: Any = settings
    for name in key.field.split("."):
        value = getattr(value, name)
    return value


def written(key: Key, value: Any) -> Any:
    """Return a value as one would write it in a file: durations as ``2w``, sizes as ``8Mi``, tuples as lists."""
    if isinstance(value, (tuple, list)):
        return [written(key, one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and value:
        if "duration" in key.kind.title:
            return next(
                (f"{value // step}{unit}" for unit, step in _DURATIONS if value % step == 0), f"{value}s"
            )
        if "size" in key.kind.title:
            return next((f"{value // step}{unit}" for unit, step in _SIZES if value % step == 0), value)
    return value
