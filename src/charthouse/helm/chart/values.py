"""values.yaml as rows: which settings a chart has, their defaults, and what is said of them."""

from __future__ import annotations

from typing import Any

import msgspec

from .comments import Comment, Comments
from .facts import Value
from .limits import DEFAULT_LIMITS, Limits
from .trees import Node
from .yamls import key_text, plain, scalar

_WHERE = "values.yaml"
_LONGEST_DEFAULT = 8 * 1024  # bytes of JSON
_LONGEST_PATH = 1000  # characters; deep and long keys multiply
_MOST_REFERENCES = 8  # of a schema, one after the other


def rows(root: Node, text: str, schema: Any, limits: Limits = DEFAULT_LIMITS) -> tuple[list[Value], bool]:
    """Return a row for each setting in the order of the file, and whether there were more than the limits allow.

    ``root`` is the mapping that ``text`` was parsed to; ``schema`` the parsed values.schema.json or None. A mapping is
    a row of its own when it is empty, or when a comment or the schema says something of it.
    """
    walk = _Walk(text, schema, limits.values)
    walk.mapping(root, "", schema)
    return walk.found, walk.full


class _Walk:
    """Goes through the file from top to bottom; the line where the last text ended bounds the next comment."""

    def __init__(self, text: str, schema: Any, most: int) -> None:
        self.found: list[Value] = []
        self.full = False
        self._comments = Comments(text)
        self._schema = schema
        self._most = most
        self._floor = 0

    def mapping(self, node: Node, path: str, schema: Any) -> None:
        """Add the rows of a mapping, which lies at ``path``."""
        for key, value in node.value:
            if len(self.found) >= self._most:
                self.full = True
                return
            if key.is_merge:
                continue
            name = key_text(key, _WHERE)
            written = f"{path}.{_escaped(name)}" if path else _escaped(name)
            if len(written) > _LONGEST_PATH:
                self.full = True
                continue
            inner = self._property(schema, name)
            self._setting(key, value, written, inner, name in _required(self._resolved(schema)))

    def _setting(self, key: Node, value: Node, written: str, schema: Any, required: bool) -> None:
        comment = self._comment(key, value, written)
        described = comment.text or _said(schema, "description")
        inside = value.kind == "mapping" and bool(value.value) and value.line >= key.line
        if not inside or comment.text or _said(schema, "description"):
            default, cut = (None, False) if inside else _default(value)
            self.found.append(
                Value(
                    path=written,
                    type=_type(comment.type, schema, value, default),
                    default=default,
                    description=described,
                    section=comment.section,
                    required=required,
                    truncated=cut,
                    line=key.line + 1,
                )
            )
        if inside:
            self.mapping(value, written, schema)
        else:
            self._floor = max(self._floor, _last_line(value))

    def _comment(self, key: Node, value: Node, written: str) -> Comment:
        above = self._comments.above(key.line, key.column, self._floor)
        self._floor = max(self._floor, key.end_line + 1)
        if named := self._comments.param(written):
            return named
        if above.text:
            return above
        scalar = value.kind == "scalar" or value.flow
        beside = self._comments.beside(
            value.end_line if scalar else key.end_line, value.end_column if scalar else key.end_column
        )
        return beside if beside.text else above

    def _property(self, schema: Any, name: str) -> Any:
        """Return the schema of a setting inside of what ``schema`` describes."""
        properties = self._resolved(schema).get("properties")
        return self._resolved(properties.get(name)) if isinstance(properties, dict) else {}

    def _resolved(self, schema: Any) -> dict[str, Any]:
        """Follow ``$ref`` inside the same file."""
        for _ in range(_MOST_REFERENCES):
            if not isinstance(schema, dict):
                return {}
            target = schema.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                return schema
            schema = self._schema
            for part in target[2:].split("/"):
                schema = (
                    schema.get(part.replace("~1", "/").replace("~0", "~"))
                    if isinstance(schema, dict)
                    else None
                )
        return {}


def dotted(path: tuple[str, ...]) -> str:
    """Return a path as ``--set`` takes it."""
    return ".".join(map(_escaped, path))


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace(".", "\\.")


def _default(node: Node) -> tuple[Any, bool]:
    """Return a default as JSON's types, or None and True when it is longer than is kept."""
    default = plain(node, _WHERE)
    if len(msgspec.json.encode(default)) > _LONGEST_DEFAULT:
        return None, True
    return default, False


def _type(named: str, schema: Any, node: Node, default: Any) -> str:
    """Return what a setting is: as a comment says, or the schema, or its default."""
    if named:
        return named
    declared = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(declared, str):
        return declared[:80]
    if isinstance(declared, list):
        return "|".join(str(part)[:80] for part in declared[:8])
    if node.kind != "scalar":
        return "object" if node.kind == "mapping" else "array"
    if default is None:
        return "null" if scalar(node, _WHERE) is None else "string"  # one that is too long to be kept
    return {bool: "boolean", int: "integer", float: "number"}.get(type(default), "string")


def _required(schema: dict[str, Any]) -> list[Any]:
    required = schema.get("required")
    return required if isinstance(required, list) else []


def _said(schema: Any, word: str) -> str:
    said = schema.get(word) if isinstance(schema, dict) else None
    return said[:4000] if isinstance(said, str) else ""


def _last_line(node: Node) -> int:
    """Return the first line below a node's own text; a block's end mark stands behind the comments that follow it."""
    while node.kind != "scalar" and not node.flow and node.value:
        node = node.value[-1][1] if node.kind == "mapping" else node.value[-1]
    return node.end_line + 1 if node.end_column > 0 else node.end_line
