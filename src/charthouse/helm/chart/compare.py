"""What changed from one version of a chart to another."""

from __future__ import annotations

from typing import Any

import msgspec

from .diffs import Budget, Diff, diff
from .facts import ChartReading, Dependency, Text, Value


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing by its path or name, before and after; ``kind`` is added, removed or changed."""

    path: str
    kind: str
    before: Any = None
    after: Any = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What changed; what is equal is left out. ``truncated`` names parts of which not everything is told."""

    older: str
    newer: str
    metadata: list[Change] = []
    values: list[Change] = []
    schema: list[Change] = []
    dependencies: list[Change] = []
    images: list[Change] = []
    templates: list[Diff] = []
    crds: list[Diff] = []
    values_text: Diff | None = None
    readme: Diff | None = None
    truncated: list[str] = []


_LONGEST_PATH = 1000  # characters of a path below which a schema is told as a whole
_MOST = 2000  # changes told of one part


def compare(older: ChartReading, newer: ChartReading) -> Comparison:
    """Return what changed from ``older`` to ``newer``.

    The texts are strangers': comparing lines is bounded, and a text that is beyond it is told as changed without them.
    """
    budget = Budget()
    cut: list[str] = []
    values = _bounded(_values(older.values, newer.values), "values", cut)
    return Comparison(
        older=older.metadata.version,
        newer=newer.metadata.version,
        metadata=_bounded(_changes(_metadata(older), _metadata(newer)), "metadata", cut),
        values=values,
        schema=_bounded(_changes(_schema(older.schema), _schema(newer.schema)), "schema", cut),
        dependencies=_bounded(_changes(_dependencies(older), _dependencies(newer)), "dependencies", cut),
        images=_bounded(_changes(_images(older), _images(newer)), "images", cut),
        templates=_texts(older.templates, newer.templates, budget),
        crds=_texts(older.crds, newer.crds, budget),
        values_text=diff(older.values_text, newer.values_text, budget),
        readme=diff(older.readme, newer.readme, budget),
        truncated=sorted({*cut, *older.truncated, *newer.truncated}),
    )


def _bounded(changes: list[Change], part: str, cut: list[str]) -> list[Change]:
    if len(changes) > _MOST:
        cut.append(part)
    return changes[:_MOST]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Return the differences of two mappings in the order of the newer one, then what was removed."""
    found = []
    for path, value in after.items():
        if path not in before:
            found.append(Change(path, "added", None, value))
        elif before[path] != value or type(before[path]) is not type(value):
            found.append(Change(path, "changed", before[path], value))
    found.extend(Change(path, "removed", value) for path, value in before.items() if path not in after)
    return found


def _values(before: list[Value], after: list[Value]) -> list[Change]:
    """Return which settings came, went, or have another default; a group of settings is told by its members."""
    return _changes(_defaults(before), _defaults(after))


def _defaults(values: list[Value]) -> dict[str, Any]:
    groups = {value.path.rpartition(".")[0] for value in values}
    return {
        value.path: f"({value.type}, too long to show)" if value.truncated else value.default
        for value in values
        if value.path not in groups
    }


def _metadata(reading: ChartReading) -> dict[str, Any]:
    fields = dict(reading.chart_yaml)
    fields.pop("dependencies", None)
    annotations = fields.pop("annotations", None)
    if isinstance(annotations, dict):
        fields |= {f"annotations.{key}": value for key, value in annotations.items()}
    return fields


def _schema(text: Text | None) -> dict[str, Any]:
    """Return the schema's leaves by their JSON pointers."""
    leaves: dict[str, Any] = {}
    if text is None or text.truncated:
        return leaves
    try:
        schema = msgspec.json.decode(text.text)
    except (msgspec.DecodeError, RecursionError):
        return leaves
    left: list[tuple[str, Any]] = [("", schema)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict) and value and len(path) < _LONGEST_PATH:
            inner = [
                (f"{path}/{key.replace('~', '~0').replace('/', '~1')}", item) for key, item in value.items()
            ]
            left.extend(reversed(inner))
        else:
            leaves[path] = value
    return leaves


def _dependencies(reading: ChartReading) -> dict[str, Any]:
    locked = {item.name: item.version for item in reading.lock.dependencies} if reading.lock else {}
    return {_called(item): _described(item, locked) for item in reading.metadata.dependencies}


def _called(dependency: Dependency) -> str:
    return dependency.alias or dependency.name


def _described(dependency: Dependency, locked: dict[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = msgspec.to_builtins(dependency)
    if dependency.name in locked:
        described["locked"] = locked[dependency.name]
    return described


def _images(reading: ChartReading) -> dict[str, Any]:
    """Return the images by their names without versions; of several versions of one, all."""
    found: dict[str, Any] = {}
    for image in reading.images:
        name, _, last = image.image.rpartition("/")
        repository = f"{name}/{last}" if name else last
        bare = repository.partition("@")[0]
        if ":" in bare.rpartition("/")[2]:
            bare = bare.rpartition(":")[0]
        found[bare] = sorted({*found.get(bare, []), image.image})
    return found


def _texts(before: list[Text], after: list[Text], budget: Budget) -> list[Diff]:
    old, new = {text.path: text for text in before}, {text.path: text for text in after}
    found = (diff(old.get(path), new.get(path), budget) for path in sorted(old.keys() | new.keys()))
    return [difference for difference in found if difference is not None]
