"""YAML as Helm reads it, within bounds.

Helm reads YAML by go-yaml 2 and turns it into JSON (sigs.k8s.io/yaml 1.6): YAML 1.1's words for booleans (``yes``,
``on``, ``N``), octal numbers, no base 60, dates as strings, the last of two equal keys wins, keys that are numbers or
booleans become strings, only the first document counts.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from .errors import ChartInvalid
from .limits import DEFAULT_LIMITS, Limits
from .numbers import float_text
from .trees import CHARACTERS_A_NODE, Builder, Node

_TRUE = dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True)
_FALSE = dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False)
_NULL = dict.fromkeys(["", "~", "null", "Null", "NULL"])
_INFINITE = {sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")}
_WORDS: dict[str, Any] = {
    **_TRUE,
    **_FALSE,
    **_NULL,
    **_INFINITE,
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_STANDARD = "tag:yaml.org,2002:"


def parse(text: str, where: str, limits: Limits = DEFAULT_LIMITS) -> Node | None:
    """Return the first document of a YAML text, or None when there is none. Raises ChartInvalid."""
    return Builder(where, limits).build(text)


def load(text: str, where: str, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Return what a YAML text means, as JSON's types. Raises ChartInvalid."""
    node = parse(text, where, limits)
    return None if node is None else plain(node, where)


def plain(node: Node, where: str) -> Any:
    """Return what a node means, as JSON's types (numbers that are not finite stay floats). Raises ChartInvalid."""
    if node.kind == "scalar":
        return scalar(node, where)
    if node.kind == "sequence":
        return [plain(item, where) for item in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.is_merge:
            _merge(found, value, where)
        else:
            found[key_text(key, where)] = plain(value, where)
    return found


def key_text(node: Node, where: str) -> str:
    """Return a key as JSON has it. Raises ChartInvalid for null, lists and mappings."""
    if node.kind == "scalar":
        key = scalar(node, where)
        if isinstance(key, str):
            return key
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, int):
            return str(key)
        if isinstance(key, float):
            return float_text(key)
    raise ChartInvalid("yaml", f"line {node.line + 1}: a key must be a text, a number or a boolean", where)


def scalar(node: Node, where: str) -> Any:
    """Return what a scalar means. Raises ChartInvalid when it does not fit its own tag."""
    text: str = node.value
    tag = node.tag
    if tag is None or tag == "!":
        return resolve(text) if node.plain else text
    kind = tag.removeprefix(_STANDARD)
    if kind == "binary":
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode(errors="replace")
        except ValueError:
            raise ChartInvalid(
                "yaml", f"line {node.line + 1}: is no base64, as !!binary says", where
            ) from None
    if kind not in _TYPES:
        return text
    value = resolve(text)
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, _TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
        raise ChartInvalid(
            "yaml", f"line {node.line + 1}: {text[:40]!r} is no {kind}, as its tag says", where
        )
    return value


_TYPES: dict[str, type] = {"bool": bool, "int": int, "float": float, "null": type(None)}


def resolve(text: str) -> Any:
    """Return what a plain scalar means in YAML 1.1 as go-yaml 2 reads it."""
    if not text or text[0] in "yYnNtTfFoO~.+-0123456789":
        if text in _WORDS:
            return _WORDS[text]
        if text and text[0] in ".+-0123456789":
            return _number(text)
    return text


def _number(text: str) -> Any:
    """Return the number that a plain scalar is, or the text when it is none."""
    digits = text.replace("_", "") if text[0] != "." else text
    if _INTEGER.fullmatch(digits) and len(digits) <= CHARACTERS_A_NODE + 4:
        value = _integer(digits)
        if -(2**63) <= value < 2**63 or (0 <= value < 2**64 and digits[0] not in "+-"):
            return value
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        if abs(number) != float("inf"):
            return number
    return text


def _integer(digits: str) -> int:
    """Return an integer by Go's prefixes: a zero in front means octal."""
    sign = -1 if digits[0] == "-" else 1
    body = digits.lstrip("+-")
    if body[0] == "0" and len(body) > 1 and body[1] in "01234567":
        return sign * int(body, 8)
    return sign * int(body, 0)


def _merge(found: dict[str, Any], node: Node, where: str) -> None:
    """Put what ``<<`` names into a mapping, as go-yaml 2 does: in the order of the text, of a list the first wins."""
    if node.kind == "mapping":
        found.update(plain(node, where))
        return
    if node.kind == "sequence" and all(item.kind == "mapping" for item in node.value):
        for item in reversed(node.value):
            found.update(plain(item, where))
        return
    raise ChartInvalid("yaml", f"line {node.line + 1}: << takes a mapping or a list of mappings", where)
