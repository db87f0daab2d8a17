"""values.schema.json as a table: what each setting must be. References within the schema are followed, others told.

A schema is a stranger's: references let a kilobyte name itself again and again, so what is looked at and what is told
both have an end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from .settings import written

_MOST = 2000
_MOST_LOOKED = 5000
"""Schemas within the schema that are looked at, those that are looked at again too."""
_LARGEST = 1024 * 1024
"""Characters of all rules together, about."""
_DEEPEST = 12
_LONGEST = 300
_LONGEST_PATH = 1000
_LONGEST_DESCRIPTION = 4000
_MOST_TYPES = 10
_MOST_CHOICES = 50
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf", "format", "pattern")  # fmt: skip
_ALSO = ("allOf", "anyOf", "oneOf")
_TOLD = (
    "type",
    "required",
    "properties",
    "items",
    "default",
    "enum",
    "const",
    "description",
    *_BOUNDS,
    *_ALSO,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False)


class Rule(msgspec.Struct, frozen=True):
    """What a setting must be; ``choices`` are the only values, ``bounds`` pairs of JSON Schema's word and value."""

    path: str
    type: str
    required: bool
    default: str
    choices: list[str]
    bounds: list[tuple[str, str]]
    description: str


def rules(text: str) -> list[Rule]:
    """Return the rules of a schema, at most some thousand; [] for what is no schema."""
    try:
        schema = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return []
    found: list[Rule] = []
    size = 0
    for rule in _Walk(schema).members(schema, "", 0):
        found.append(rule)
        size += len(rule.path) + len(rule.default) + len(rule.description) + sum(map(len, rule.choices))
        if len(found) >= _MOST or size > _LARGEST:
            break
    return found


class _Walk:
    """Goes through a schema; ``root`` is the whole of it, and lives as long."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._left = _MOST_LOOKED
        self._briefs: dict[int, str] = {}
        self._needed: dict[int, frozenset[str]] = {}

    def members(self, schema: Any, path: str, depth: int) -> Iterator[Rule]:
        self._left -= 1
        schema = self._followed(schema)
        if schema is None or depth > _DEEPEST or self._left < 0:
            return
        needed = self._names(schema.get("required"))
        properties = schema.get("properties")
        for name, member in properties.items() if isinstance(properties, dict) else ():
            inner = (f"{path}.{name}" if path else name)[:_LONGEST_PATH]
            yield self._rule(self._followed(member) or {}, inner, name in needed)
            yield from self.members(member, inner, depth + 1)
        items = schema.get("items")
        if isinstance(items, dict):
            yield from self.members(items, f"{path}[]"[:_LONGEST_PATH], depth + 1)
        for word in _ALSO:
            for part in schema[word] if isinstance(schema.get(word), list) else ():
                if self._left <= 0:
                    return
                yield from self.members(part, path, depth + 1)

    def _followed(self, schema: Any) -> dict[str, Any] | None:
        """Return what is told of a schema, and of what it refers to within the root."""
        said: dict[str, Any] = {}
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict):
                return said or None
            said = {key: schema[key] for key in _TOLD if key in schema} | said
            reference = schema.get("$ref")
            if (
                not isinstance(reference, str)
                or not reference.startswith("#")
                or len(reference) > _LONGEST_PATH
            ):
                return said
            schema = _at(self._root, reference[1:])
        return said

    def _names(self, required: Any) -> frozenset[str]:
        if not isinstance(required, list):
            return frozenset()
        if id(required) not in self._needed:
            self._needed[id(required)] = frozenset(name for name in required if isinstance(name, str))
        return self._needed[id(required)]

    def _rule(self, schema: Mapping[str, Any], path: str, required: bool) -> Rule:
        kind, description = schema.get("type", ""), schema.get("description")
        types = kind[:_MOST_TYPES] if isinstance(kind, list) else [kind]
        choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
        return Rule(
            path,
            ", ".join(one[:_LONGEST] for one in types if isinstance(one, str) and one)
            or ("object" if "properties" in schema else ""),
            required,
            self._brief(schema["default"]) if "default" in schema else "",
            [self._brief(one) for one in choices[:_MOST_CHOICES]] if isinstance(choices, list) else [],
            [(word, self._brief(schema[word])) for word in _BOUNDS if word in schema],
            description[:_LONGEST_DESCRIPTION] if isinstance(description, str) else "",
        )

    def _brief(self, value: Any) -> str:
        """Return the beginning of a value as one would write it; what many refer to is written once."""
        if id(value) not in self._briefs:
            self._briefs[id(value)] = _beginning(value)
        return self._briefs[id(value)]


def _at(root: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        root = root.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(root, dict) else None
    return root


def _beginning(value: Any) -> str:
    if not isinstance(value, dict | list):
        return written(value)[:_LONGEST]
    text = ""
    for part in _ENCODER.iterencode(value):
        text += part
        if len(text) >= _LONGEST:
            break
    return text[:_LONGEST]
