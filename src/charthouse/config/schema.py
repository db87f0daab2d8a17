"""A JSON Schema (draft 2020-12) of config.yaml, from the table of keys.

It accepts whatever the loader accepts, and names what it refuses; bounds of values that are written as text, and
what holds between keys, the loader alone knows (``charthouse config validate``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from .defaults import default_of, written
from .key import Guarded, Honoured, Inert, Key, LeftOut
from .keys.redis import SERVER
from .keys.table import TABLE
from .shapes import names, or_null
from .values import duration, flag, number, port, size, text, web

_SHARED = {
    "flag": flag,
    "text": text,
    "address": web,
    "port": port,
    "number": number(),
    "count": number(1),
    "duration": duration(),
    "interval": duration(1),
    "size": size(),
    "names": names,
    "server": SERVER,
}
"""Kinds that many keys have, by the name of their definition in the schema."""
_ANNOTATIONS = frozenset({"description", "default", "deprecated"})


def config_schema() -> dict[str, Any]:
    """Return the schema."""
    exact = {name: key for name, key in TABLE.items() if "*" not in name}
    shared = {name: or_null(kind.schema) for name, kind in _SHARED.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Charthouse's config.yaml",
        "type": ["object", "null"],
        "properties": {name: _property(key) for name, key in exact.items()},
        "patternProperties": {_pattern(name, exact): _property(TABLE[name]) for name in TABLE if "*" in name},
        "additionalProperties": False,
    }
    named = {_text(definition): name for name, definition in shared.items()}
    return {**_shortened(schema, named), "$defs": shared}


def _shortened(schema: Any, named: Mapping[str, str]) -> Any:
    """Return the schema with references in place of what has a name."""
    if isinstance(schema, list):
        return [_shortened(one, named) for one in schema]
    if not isinstance(schema, dict):
        return schema
    bare = {word: value for word, value in schema.items() if word not in _ANNOTATIONS}
    noted = {word: value for word, value in schema.items() if word in _ANNOTATIONS}
    name = named.get(_text(bare))
    if name is not None:
        return {**noted, "$ref": f"#/$defs/{name}"}
    return {word: _shortened(value, named) for word, value in schema.items()}


def _text(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True)


def _property(key: Key) -> dict[str, Any]:
    schema = or_null(key.kind.schema)
    if isinstance(key.status, Guarded):
        schema = {"allOf": [schema, or_null(key.status.schema)]}
    described = {"description": f"{key.meaning} {_status(key)}".strip(), **schema}
    default = default_of(key)
    if isinstance(key.status, Honoured) and default not in (msgspec.UNSET, "") and not key.kind.secret:
        described["default"] = written(key, default)
    if isinstance(key.status, LeftOut):
        described["deprecated"] = True
    return described


def _status(key: Key) -> str:
    match key.status:
        case Inert():
            return f"No effect yet: {key.status.later}."
        case Guarded():
            return f"Only {key.status.shown} is accepted yet: {key.status.why}."
        case LeftOut():
            return f"No effect: {key.status.why}."
        case _:
            return ""


def _pattern(name: str, exact: dict[str, Key]) -> str:
    """Return the regular expression of a name with ``*``, without names that have a key of their own."""
    pattern = name.replace("*", "[A-Z0-9_]+")
    own = [other for other in exact if re.fullmatch(pattern, other)]
    return f"^(?!({'|'.join(own)})$){pattern}$" if own else f"^{pattern}$"
