"""Configurations with a secret in every place that can hold one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charthouse.config.key import Guarded
from charthouse.config.keys.storage import STORAGE_CONFIG, STORAGE_PREFERENCE
from charthouse.config.keys.table import TABLE
from charthouse.config.values import Kind

SECRET = "s3cr3t-hunter2"
_SAMPLES = (
    (r"^(?:postgresql", f"postgresql://quay:{SECRET}@127.0.0.1:1/quay?password={SECRET}"),
    (r"^\s*(http|https)", f"http://user:{SECRET}@127.0.0.1:1/?token={SECRET}"),
    (r"^\s*(ldap|ldaps)", f"ldap://user:{SECRET}@127.0.0.1:1"),
    (r"^(?:[A-Za-z0-9.-]+", "127.0.0.1:1"),
    (r"^(?:/", "/a/b"),
    (r"^\s*([Tt][Rr]", "false"),
)


def planted() -> dict[str, Any]:
    """Return a configuration without mistakes, with the secret in each key that can hold one."""
    found: dict[str, Any] = {}
    for name, key in TABLE.items():
        if not isinstance(key.status, Guarded):
            found[name.replace("*", "OTHER")] = sample(key.kind.schema)
    found[STORAGE_PREFERENCE] = ["storage1"]  # S3
    return found


def sample(schema: Mapping[str, Any]) -> Any:
    """Return a value that ``schema`` accepts, with the secret wherever one may stand."""
    if not schema:
        return SECRET
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    match kind:
        case "array":
            items = [schema.get("items", {})] * max(schema.get("minItems", 1), 1)
            return [sample(one) for one in schema.get("prefixItems", items)]
        case "object":
            return _object(schema)
        case "boolean":
            return False
        case "integer" | "number":
            return min(max(schema.get("minimum", 0), 4), schema.get("maximum", 2**40))
        case _:
            pattern, plain = schema.get("pattern", ""), SECRET if "writeOnly" in schema else "words"
            return next((text for start, text in _SAMPLES if pattern.startswith(start)), plain)


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {})
    found = {name: sample(one) for name, one in fields.items() if name != "ssl" or "sslmode" not in fields}
    more = schema.get("additionalProperties", False)
    forms = more.get("anyOf", [more]) if isinstance(more, dict) else []
    tagged = [form for form in forms if "prefixItems" in form]
    found |= {f"storage{place}": sample(form) for place, form in enumerate(tagged)}
    return found if tagged or more is False else found | {"other": sample(more or {})}


def misplaced(name: str, kind: Kind) -> Iterator[Any]:
    """Yield values for a key with the secret where none belongs."""
    yield from (
        SECRET,
        f"{SECRET}\n{SECRET}",
        [SECRET],
        {SECRET: SECRET},
        [[SECRET]],
        [SECRET, {SECRET: SECRET}],
    )
    yield from ({"chosen": [SECRET, {}]}, {"chosen": {SECRET: SECRET}}, [{SECRET: [SECRET]}])
    for part in _parts(kind.schema):
        yield from ({part: wrong} for wrong in (SECRET, [SECRET], {SECRET: SECRET}, {"chosen": SECRET}))
    if name == STORAGE_CONFIG:
        for form in kind.schema["additionalProperties"]["anyOf"]:
            engine, fields = form["prefixItems"]
            yield from (
                {"chosen": [engine["const"], {part: {SECRET: SECRET}}]} for part in fields["properties"]
            )
            yield {"chosen": [engine["const"], {SECRET: SECRET}]}


def _parts(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("properties", {})
    for one in schema.get("anyOf", []):
        yield from _parts(one)
