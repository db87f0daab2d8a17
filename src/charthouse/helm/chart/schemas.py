"""values.schema.json: whether it is a JSON Schema, and whether the defaults satisfy it.

Nothing is fetched, whatever a ``$ref`` says, and patterns give up early; yet a schema can be made that takes forever,
so a stranger's is to be checked where it can be stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .facts import Problem
from .values import dotted

_WHERE = "values.schema.json"
_MOST = 50
_BACKTRACKS = 100_000
_LARGEST_PATTERN = 1024 * 1024  # bytes, compiled


def check(schema: Any, values: Any) -> Iterator[Problem]:
    """Yield what is wrong with a schema, or with the defaults by it."""
    import jsonschema_rs  # a library that only this needs, and a start of some milliseconds

    patterns = jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS, size_limit=_LARGEST_PATTERN)
    try:
        validator = jsonschema_rs.validator_for(schema, offline=True, pattern_options=patterns)
    except jsonschema_rs.ValidationError as error:
        if "Retrieval is disabled" in error.message:
            problem = "refers to a schema elsewhere, which is not fetched; the defaults were not checked"
            yield Problem("schema-remote", "warning", problem, _WHERE)
        else:
            yield Problem("schema", "error", f"is no JSON Schema: {_short(error.message)}", _WHERE)
        return
    except (ValueError, RecursionError) as error:
        yield Problem("schema", "error", f"cannot be read: {_short(str(error))}", _WHERE)
        return
    try:
        for number, failure in enumerate(validator.iter_errors(values)):
            if number >= _MOST:
                return
            path = dotted(tuple(str(part) for part in failure.instance_path))
            problem = f"the default does not satisfy {_WHERE}: {_rule(failure)}"
            yield Problem(
                "values-schema", "error", problem, f"values.yaml: {path}" if path else "values.yaml"
            )
    except ValueError as error:
        yield Problem("values-schema", "error", f"cannot be checked: {_short(str(error))}", "values.yaml")


def _rule(failure: Any) -> str:
    """Return which part of the schema is not satisfied; not the value, which may be a secret."""
    rule = "/".join(str(part) for part in failure.schema_path)
    return f"#/{rule[:300]}"


def _short(text: str) -> str:
    return text.split("\n", 1)[0][:300]
