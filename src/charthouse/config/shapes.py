"""Lists and mappings of values: every mistake within one is told, with its place (``BUILDLOGS_REDIS.port``)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .values import HIDDEN, Kind, as_it_is, hide

Path = tuple[str | int, ...]
Fault = tuple[Path, str]

_KEY = re.compile(r"[A-Z][A-Z_]*(?:[0-9]{1,2}[A-Z_]*)*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class Unshown(str):
    """A step of a path that names what nobody knows, and may be a secret in the wrong place."""

    __slots__ = ()


class Faults(ValueError):
    """What is wrong within one value: places in it, and what was expected there."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(message for _, message in faults))
        self.faults = faults


def faults_of(error: ValueError, at: Path = ()) -> list[Fault]:
    """Return what a reader has raised as faults below ``at``."""
    found = error.faults if isinstance(error, Faults) else [((), str(error))]
    return [((*at, *path), message) for path, message in found]


def shown_path(path: Path) -> str:
    """Return a place within a value for messages: ``.port``, ``[1]``."""
    words = (HIDDEN if isinstance(step, Unshown) else step for step in path)
    return "".join(f"[{word}]" if isinstance(word, int) else f".{word}" for word in words)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be."""
    by_fold = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else None


def listing(item: Kind, least: int = 0, most: int | None = None) -> Kind:
    """Return the kind of lists of ``item``, from ``least`` to ``most`` long."""
    bounds = f" of {least} to {most}" if most is not None else f" of {least} or more" if least else ""

    def read(value: Any) -> tuple[Any, ...]:
        items = value if isinstance(value, (list, tuple)) else None
        if items is None or len(items) < least or (most is not None and len(items) > most):
            raise ValueError(f"expected a list{bounds} ({item.title} each)")
        return tuple(_each((place, item, one) for place, one in enumerate(items)).values())

    schema: dict[str, Any] = {"type": "array", "items": item.schema}
    schema |= {"minItems": least} if least else {}
    schema |= {"maxItems": most} if most else {}
    return Kind(f"list: {item.title}", read, schema, show=lambda found: list(map(item.show, found)))


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError("expected a list of names")


names = Kind("list of names", _names, {"type": "array", "items": {"type": "string"}}, show=list)
"""A list of strings."""


def either(*kinds: Kind) -> Kind:
    """Return the kind of what the first fitting one of ``kinds`` reads."""
    title = " or ".join(kind.title for kind in kinds)

    def read(value: Any) -> Any:
        for kind in kinds:
            try:
                return kind.read(value)
            except ValueError:
                continue
        raise ValueError(f"expected {title}")

    hidden = any(kind.secret for kind in kinds)
    return Kind(
        title,
        read,
        {"anyOf": [kind.schema for kind in kinds]},
        show=hide if hidden else as_it_is,
        secret=hidden,
    )


def _document(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ValueError("expected a mapping (name: value)")


def mapping(fields: Mapping[str, Kind], required: Iterable[str] = (), rest: Kind | None = None) -> Kind:
    """Return the kind of mappings with these fields. ``rest`` reads others; without it they are mistakes.

    A field that is null counts as absent.
    """
    needed = tuple(required)

    def read(value: Any) -> dict[str, Any]:
        named = {str(name): one for name, one in _document(value).items()}
        given = {name: one for name, one in named.items() if one is not None}
        faults: list[Fault] = [((), f"{name} is missing") for name in needed if name not in given]
        faults += [_unknown(name, fields) for name in named if name not in fields and rest is None]
        known = ((name, fields.get(name, rest), one) for name, one in given.items())
        return _each(((name, kind, one) for name, kind, one in known if kind is not None), faults)

    def show(found: Mapping[str, Any]) -> dict[str, Any]:
        return {name: fields[name].show(one) if name in fields else hide(one) for name, one in found.items()}

    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: or_null(kind.schema) for name, kind in fields.items()},
        "additionalProperties": False if rest is None else or_null(rest.schema),
    }
    schema |= {"required": list(needed)} if needed else {}
    secret = rest is not None or any(kind.secret for kind in fields.values())
    return Kind("mapping", read, schema, show=show, secret=secret)


def table(item: Kind, expected: str) -> Kind:
    """Return the kind of mappings from names that the operator chooses to ``item``."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise ValueError(expected)
        chosen = ((_chosen(str(name), one), item, one) for name, one in value.items())
        return {str(name): one for name, one in _each(chosen).items()}

    def show(found: Mapping[str, Any]) -> dict[str, Any]:
        return {name: item.show(one) for name, one in found.items()}

    schema = {"type": "object", "minProperties": 1, "additionalProperties": item.schema}
    return Kind("mapping", read, schema, show=show, secret=item.secret)


def tagged(kinds: Mapping[str, Kind], noun: str) -> Kind:
    """Return the kind of ``[name, arguments]`` lists, where the name decides what the arguments are."""

    def read(value: Any) -> tuple[str, Any]:
        match value:
            case [str() as name, dict() as arguments] if name in kinds:
                try:
                    return name, kinds[name].read(arguments)
                except ValueError as error:
                    raise Faults(faults_of(error, (1,))) from None
            case [str() as name, dict()]:
                near = nearest(name, kinds)
                hint = f"did you mean {near}?" if near else f"known are {', '.join(kinds)}"
                raise ValueError(f"no such {noun}: {hint}")
        raise ValueError(f"expected [{noun.rpartition(' ')[2]}, arguments]")

    def show(found: tuple[str, Any]) -> list[Any]:
        name, arguments = found
        return [name, kinds[name].show(arguments)]

    forms = [
        {
            "type": "array",
            "prefixItems": [{"const": name}, kind.schema],
            "minItems": 2,
            "maxItems": 2,
        }
        for name, kind in kinds.items()
    ]
    return Kind("[name, arguments]", read, {"anyOf": forms}, show=show, secret=True)


def _show_anything(value: Any) -> Any:
    return value if isinstance(value, (bool, int)) else hide(value)


anything = Kind("anything", as_it_is, {}, show=_show_anything, secret=True)
"""What is not looked into; all of it may be secret."""


document = Kind(
    "mapping", _document, {"type": "object"}, show=lambda found: HIDDEN if found else {}, secret=True
)
"""A mapping that is not looked into."""


def shown_key(name: str) -> str:
    """Return the name of a key for messages, or what stands for one that does not look like a key at all."""
    return name if len(name) <= 64 and _KEY.fullmatch(name) else "this key"


def or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what may also be null."""
    if "const" in schema:
        return {"enum": [schema["const"], None]}
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return dict(schema)


def _chosen(name: str, value: Any) -> str:
    """Return a name that the operator chose, as a step that is shown where name and value look as they should."""
    return name if _NAME.fullmatch(name) and isinstance(value, (list, dict)) else Unshown(name)


def _unknown(name: str, fields: Mapping[str, Kind]) -> Fault:
    near = nearest(name, fields)
    if near:
        return (name,), f"no such field: did you mean {near}?"
    return (Unshown(name),), f"no such field; known are {', '.join(fields)}"


def _each(items: Iterable[tuple[Any, Kind, Any]], faults: list[Fault] | None = None) -> dict[Any, Any]:
    """Read all items; raises Faults with every fault, ``faults`` first."""
    wrong = list(faults or ())
    read: dict[Any, Any] = {}
    for place, kind, value in items:
        try:
            read[place] = kind.read(value)
        except ValueError as error:
            wrong += faults_of(error, (place,))
    if wrong:
        raise Faults(wrong)
    return read
