"""values.schema.json as a table: what each setting must be. References within the schema are followed, others told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from .settings import written

_MOST = 2000
_DEEPEST = 12
_LONGEST = 300
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf", "format", "pattern")  # fmt: skip
_ALSO = ("allOf", "anyOf", "oneOf")


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
    for rule in _members(schema, schema, "", 0):
        found.append(rule)
        if len(found) >= _MOST:
            break
    return found


def _members(schema: Any, root: Any, path: str, depth: int) -> Iterator[Rule]:
    schema = _followed(schema, root)
    if schema is None or depth > _DEEPEST:
        return
    required = schema.get("required")
    needed = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
    properties = schema.get("properties")
    for name, member in properties.items() if isinstance(properties, dict) else ():
        inner = f"{path}.{name}" if path else name
        yield _rule(_followed(member, root) or {}, inner, name in needed)
        yield from _members(member, root, inner, depth + 1)
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _members(items, root, f"{path}[]", depth + 1)
    for word in _ALSO:
        for part in schema[word] if isinstance(schema.get(word), list) else ():
            yield from _members(part, root, path, depth + 1)


def _followed(schema: Any, root: Any) -> dict[str, Any] | None:
    """Return a schema, or what it refers to within ``root`` with what it says itself."""
    said: dict[str, Any] = {}
    for _ in range(_DEEPEST):
        if not isinstance(schema, dict):
            return said or None
        said = {key: value for key, value in schema.items() if key != "$ref"} | said
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#"):
            return said
        schema = _at(root, reference[1:])
    return said


def _at(root: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        root = root.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(root, dict) else None
    return root


def _rule(schema: Mapping[str, Any], path: str, required: bool) -> Rule:
    kind = schema.get("type", "")
    types = [str(one) for one in kind] if isinstance(kind, list) else [str(kind)]
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return Rule(
        path,
        ", ".join(filter(None, types)) or ("object" if "properties" in schema else ""),
        required,
        written(schema["default"])[:_LONGEST] if "default" in schema else "",
        [written(one)[:_LONGEST] for one in choices[:50]] if isinstance(choices, list) else [],
        [(word, written(schema[word])[:_LONGEST]) for word in _BOUNDS if word in schema],
        schema["description"] if isinstance(schema.get("description"), str) else "",
    )
