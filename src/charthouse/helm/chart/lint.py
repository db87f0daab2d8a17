"""What a registry can know of a chart's quality without a cluster: rules with names that stay.

Those of ``helm lint`` that need no rendering have its severity; the others are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from . import lint_contents, lint_metadata, schemas, secrets
from .errors import ChartInvalid
from .facts import ChartReading, Problem, Severity
from .limits import DEFAULT_LIMITS, Limits
from .reading import parse_schema
from .trees import Node
from .values import dotted
from .yamls import key_text, parse, plain

_LONGEST_PATH = 1000
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")

RULES: dict[str, str] = {
    **lint_metadata.RULES,
    **lint_contents.RULES,
    "schema": "values.schema.json is a JSON Schema",
    "schema-remote": "values.schema.json refers to nothing elsewhere",
    "values-schema": "the defaults satisfy values.schema.json",
    "values-duplicate": "no key of values.yaml comes twice",
    "secret-token": "no file holds a private key or a token",
    "secret-value": "settings that are secrets have no default",
}
"""The rules by name, and what they ask; problems of reading (a package that is no chart) have names of their own."""


def lint(reading: ChartReading, limits: Limits = DEFAULT_LIMITS) -> list[Problem]:
    """Return what is to be said of a chart, the worst first; a broken chart's problems are among it.

    A stranger's schema may take long to check: call it where it can be stopped.
    """
    found = list(reading.problems)
    if reading.metadata.name:
        found.extend(lint_metadata.check(reading))
        found.extend(lint_contents.check(reading))
        found.extend(_values(reading, limits))
        found.extend(secrets.in_texts(_texts(reading)))
    unique = list(dict.fromkeys(found))
    unique.sort(key=lambda problem: -SEVERITIES.index(problem.severity))
    return unique[: limits.problems]


def _values(reading: ChartReading, limits: Limits) -> Iterator[Problem]:
    """Yield what is wrong with values.yaml when it can be read at all."""
    text = reading.values_text
    values: Any = {}
    if text is not None and not text.truncated:
        try:
            root = parse(text.text, "values.yaml", limits)
            values = {} if root is None else plain(root, "values.yaml")
            if root is not None:
                yield from islice(_duplicates(root, ()), limits.problems)
        except ChartInvalid:
            return  # which is among the reading's problems
        yield from secrets.in_values(values)
    if reading.schema is not None and not reading.schema.truncated and not (text and text.truncated):
        try:
            schema = parse_schema(reading.schema.text)
        except ChartInvalid:
            return
        yield from schemas.check(schema, values or {})


def _duplicates(node: Node, path: tuple[str, ...]) -> Iterator[Problem]:
    if node.kind == "sequence":
        for number, item in enumerate(node.value):
            yield from _duplicates(item, (*path, str(number)))
    if node.kind != "mapping":
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = key_text(key, "values.yaml")
        if name in seen and not key.is_merge:
            problem = f"comes again in line {key.line + 1}; Helm takes the last one"
            where = f"values.yaml: {dotted((*path, name))[:_LONGEST_PATH]}"
            yield Problem("values-duplicate", "warning", problem, where)
        seen.add(name)
        yield from _duplicates(value, (*path, name))


def _texts(reading: ChartReading) -> Iterator[Any]:
    yield from (text for text in (reading.values_text, reading.readme) if text is not None)
    yield from reading.templates
    yield from reading.crds
