"""Mappings into structs, as Go's encoding/json does it for Helm (see ``metadata``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import ChartInvalid
from .facts import Dependency, Lock, Maintainer, Metadata
from .numbers import float_text

Read = Callable[[Any, str], Any]


class Fields:
    """The fields of one struct: what they are called in YAML, and how each is read."""

    def __init__(self, make: Callable[..., Any], table: Mapping[str, tuple[str, Read]]) -> None:
        self._make = make
        self._exact = table
        self._folded = {name.lower(): field for name, field in reversed(list(table.items()))}

    def read(self, mapping: Mapping[str, Any], where: str) -> Any:
        """Return the struct of a mapping; unknown fields are dropped, null is as good as absent.

        Of two names that differ only in case the one wins that sorts later: Go writes the mapping sorted, then reads it.
        Raises ChartInvalid when something is of the wrong type.
        """
        found: dict[str, Any] = {}
        for name in sorted(mapping):
            field = self._exact.get(name) or self._folded.get(name.lower())
            value = mapping[name]
            if field is not None and value is not None:
                attribute, read = field
                found[attribute] = read(value, f"{where}: {name}")
        return self._make(**found)

    def read_list(self, value: Any, where: str) -> list[Any]:
        """Return a struct for each mapping of a list. Raises ChartInvalid, for empty items too, as Helm does."""
        structs = []
        for number, item in enumerate(_list(value, where)):
            place = f"{where}[{number}]"
            if item is None:
                raise ChartInvalid("field-type", "is empty; fill it in or take it out", place)
            if not isinstance(item, dict):
                raise ChartInvalid("field-type", f"must be a mapping, not {_kind(item)}", place)
            structs.append(self.read(item, place))
        return structs


def _text(value: Any, where: str) -> str:
    """Return a text; numbers and booleans become texts, which is where YAML 1.1 bites."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if value is None:
        return ""
    raise ChartInvalid("field-type", f"must be a text, not {_kind(value)}", where)


def _boolean(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise ChartInvalid("field-type", f"must be true or false, not {_kind(value)}", where)


def _list(value: Any, where: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise ChartInvalid("field-type", f"must be a list, not {_kind(value)}", where)


def _texts(value: Any, where: str) -> list[str]:
    return [_text(item, where) for item in _list(value, where)]


def _annotations(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ChartInvalid("field-type", f"must be a mapping of texts, not {_kind(value)}", where)
    return {key: _text(value[key], f"{where}.{key}") for key in sorted(value)}


def _values(value: Any, where: str) -> list[Any]:
    """Return a list of anything, with numbers as Go has them after JSON: floats that are whole are written whole."""
    return [_through_json(item) for item in _list(value, where)]


def _through_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _through_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_through_json(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")


def _dependency(**found: Any) -> Dependency:
    return Dependency(name=found.pop("name", ""), repository=found.pop("repository", ""), **found)


_MAINTAINER = Fields(Maintainer, {name: (name, _text) for name in ("name", "email", "url")})
_DEPENDENCY = Fields(
    _dependency,
    {
        **{name: (name, _text) for name in ("name", "version", "repository", "condition", "alias")},
        "tags": ("tags", _texts),
        "enabled": ("enabled", _boolean),
        "import-values": ("import_values", _values),
    },
)
METADATA = Fields(
    Metadata,
    {
        **{
            name: (name, _text)
            for name in ("name", "home", "version", "description", "icon", "condition", "tags", "type")
        },
        "apiVersion": ("api_version", _text),
        "appVersion": ("app_version", _text),
        "kubeVersion": ("kube_version", _text),
        "sources": ("sources", _texts),
        "keywords": ("keywords", _texts),
        "maintainers": ("maintainers", _MAINTAINER.read_list),
        "deprecated": ("deprecated", _boolean),
        "annotations": ("annotations", _annotations),
        "dependencies": ("dependencies", _DEPENDENCY.read_list),
    },
)
DEPENDENCIES = Fields(dict, {"dependencies": ("dependencies", _DEPENDENCY.read_list)})
LOCK = Fields(
    Lock,
    {
        "generated": ("generated", _text),
        "digest": ("digest", _text),
        "dependencies": ("dependencies", _DEPENDENCY.read_list),
    },
)
