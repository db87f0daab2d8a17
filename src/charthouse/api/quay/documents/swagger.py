"""Swagger 2.0 from OpenAPI 3.1: the document that Quay answers on ``discovery``, and clients are generated from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from charthouse.api.kit.routes import ANY_SCOPE, Route

from .openapi import Document, scopes
from .operations import quay_template

_JSON = "application/json"
_OWN = frozenset({
    "type", "format", "description", "title", "default", "enum", "required", "maximum", "minimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "readOnly", "example",
})  # fmt: skip
"""Words of JSON Schema that mean the same there."""


def swagger(document: Document, routes: Iterable[Route], *, internal: bool) -> Document:
    """Return the part of ``document`` below /api/v1; ``at_address`` completes it.

    With ``internal`` also what only a browser's session may use.
    """
    paths: Document = {}
    for route in routes:
        if route.template.startswith("/api/v1/") and (internal or _is_for_tokens(route)):
            path = quay_template(route.template)
            operation = document["paths"][route.template][route.method.lower()]
            names = dict(zip(_parameters_of(route.template), _parameters_of(path), strict=True))
            paths.setdefault(path, {"x-name": operation["tags"][0], "x-path": path})
            paths[path][route.method.lower()] = _operation(route, operation, names)
    schemas = document["components"]["schemas"]
    definitions = {name: _schema(schema) for name, schema in schemas.items()}
    tags = sorted({tag for path in paths.values() for item in _operations(path) for tag in item["tags"]})
    return {
        "swagger": "2.0",
        "info": {
            "title": document["info"]["title"],
            "version": "v1",
            "description": document["info"]["description"],
        },
        "paths": paths,
        "definitions": definitions,
        "tags": [{"name": tag} for tag in tags],
    }


def at_address(made: Document, scheme: str, host: str) -> Document:
    """Return what ``swagger`` made, as a server at ``host`` answers it."""
    implicit = {
        "type": "oauth2",
        "flow": "implicit",
        "authorizationUrl": f"{scheme}://{host}/oauth/authorize",
        "scopes": dict(scopes()),
    }
    where = {"host": host, "basePath": "/", "schemes": [scheme]}
    return made | where | {"securityDefinitions": {"oauth2_implicit": implicit}}


def _is_for_tokens(route: Route) -> bool:
    return route.scope is not None or route.permission in ANY_SCOPE


def _operations(path: Document) -> list[Document]:
    return [item for item in path.values() if isinstance(item, dict)]


def _parameters_of(template: str) -> list[str]:
    return [part.partition("}")[0] for part in template.split("{")[1:]]


def _operation(route: Route, made: Document, names: dict[str, str]) -> Document:
    parameters = [_parameter(parameter, names) for parameter in made["parameters"]]
    body = made.get("requestBody", {}).get("content", {}).get(_JSON)
    if body is not None:
        required = made["requestBody"].get("required", False)
        schema = _schema(body["schema"])
        parameters.append({"name": "body", "in": "body", "required": required, "schema": schema})
    operation: Document = {
        "operationId": made["operationId"],
        "summary": made["summary"],
        "tags": made["tags"],
        "parameters": parameters,
        "produces": [_JSON],
        "responses": {status: _response(answer) for status, answer in made["responses"].items()},
        "x-permission": made["x-permission"],
    }
    if body is not None:
        operation["consumes"] = [_JSON]
    if route.scope is not None:
        operation["security"] = [{"oauth2_implicit": [route.scope.value]}]
    if route.fresh:
        operation["x-requires-fresh-login"] = True
    return operation


def _parameter(parameter: Document, names: dict[str, str]) -> Document:
    schema = _schema(parameter["schema"])
    where = parameter["in"]
    made = {
        "name": names.get(parameter["name"], parameter["name"]) if where == "path" else parameter["name"],
        "in": where,
        "required": parameter.get("required", False),
    } | {word: value for word, value in schema.items() if word in _OWN - {"required", "title"}}
    if made.get("type") == "array":
        made["items"] = schema["items"]
    elif made.get("type") not in {"string", "integer", "number", "boolean"}:
        made["type"] = "string"
    if "description" in parameter:
        made["description"] = parameter["description"]
    return made


def _response(answer: Document) -> Document:
    made = {"description": answer["description"]}
    content = answer.get("content", {}).get(_JSON, {})
    if content.get("schema"):
        made["schema"] = _schema(content["schema"])
    return made


def _schema(schema: Any) -> Document:
    """Return a schema in the words of Swagger 2.0, which knows no null, no choice and no constants."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/definitions/")}
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices is not None:
        return _chosen(schema, choices)
    made = {word: value for word, value in schema.items() if word in _OWN and value is not None}
    if "const" in schema:
        made["enum"] = [schema["const"]]
    if isinstance(made.get("type"), list):
        made["type"] = next((kind for kind in made["type"] if kind != "null"), "string")
    if made.get("type") == "null":
        del made["type"]
    if "properties" in schema:
        made["properties"] = {name: _schema(part) for name, part in schema["properties"].items()}
    if "items" in schema or made.get("type") == "array":
        made["items"] = _schema(schema.get("items"))
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        made["additionalProperties"] = _schema(extra)
    return made


def _chosen(schema: Document, choices: list[Document]) -> Document:
    """Return the one choice beside null; anything, when there are several."""
    real = [choice for choice in choices if choice.get("type") != "null"]
    made = _schema(real[0]) if len(real) == 1 else {}
    nullable = {"x-nullable": True} if len(real) < len(choices) else {}
    if "$ref" in made:
        return made
    described = {word: schema[word] for word in ("description", "title") if word in schema}
    return made | described | nullable
