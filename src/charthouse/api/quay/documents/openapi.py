"""OpenAPI 3.1 of every route, made from the route table and from the types of the handlers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from charthouse import __version__
from charthouse.api.kit.routes import ANY_SCOPE, Permission, Route
from charthouse.model.scopes import Scope

from .names import area, operation_id

Document = dict[str, Any]

TITLE = "Charthouse"
_PARAMETER = re.compile(r"{([^}]*)}")
_ABOUT = {
    "repository": "Full name of the repository, such as `acme/app`; its slashes may be encoded.",
    "name": "Name; of a repository the full one, such as `acme/app`.",
    "organization": "Name of the organization.",
}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong; some endpoints tell only `message`.",
    "properties": {
        "status": {"type": "integer"},
        "error_type": {"type": "string"},
        "error_message": {"type": "string"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "type": {"type": "string", "description": "Address of a description of `error_type`."},
        "message": {"type": "string"},
    },
}
_SCOPES = {
    Scope.REPO_READ: "View all visible repositories",
    Scope.REPO_WRITE: "View, read and write to all accessible repositories",
    Scope.REPO_ADMIN: "Administer repositories",
    Scope.REPO_CREATE: "Create repositories",
    Scope.USER_READ: "Read the account of the user",
    Scope.USER_ADMIN: "Administer the account of the user",
    Scope.ORG_ADMIN: "Administer organizations",
    Scope.SUPER_USER: "Use the powers of a superuser",
}
"""What each scope lets a token do, in a few words."""
_BYTES = frozenset({"v2.put_manifest", "v2.begin_upload", "v2.append_upload", "v2.finish_upload"})
"""Operations whose body is content as it is."""
_PROOFS = {Permission.CLIENT: "client", Permission.SERVICE: "service_token"}


def openapi(routes: Iterable[Route], application: Sequence[BaseRoute]) -> Document:
    """Return the document of ``routes``; ``application`` holds the handlers of those that have any in FastAPI.

    Routes of our own table that are not offered (their feature is off) are left out by the caller.
    """
    typed = [route for route in application if isinstance(route, APIRoute)]
    made = get_openapi(title=TITLE, version=__version__, routes=typed)
    paths: Document = {}
    for route in routes:
        operation = made["paths"].get(route.template, {}).get(route.method.lower(), {})
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, operation)
    schemas = made.get("components", {}).get("schemas", {})
    kept = {name: schema for name, schema in schemas.items() if not name.endswith("ValidationError")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": __version__,
            "description": "Quay's REST API, the OCI Distribution API, and what operators ask.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({area(route) for route in routes})],
        "paths": paths,
        "components": {"schemas": kept | {"Problem": _PROBLEM}, "securitySchemes": _schemes()},
    }


def scopes() -> Mapping[str, str]:
    """Return what each scope means, by name."""
    return {scope.value: meaning for scope, meaning in _SCOPES.items()}


def _operation(route: Route, made: Document) -> Document:
    status = str(route.status)
    success = made.get("responses", {}).get(status, {"description": ""})
    success["description"] = success.get("description") or "Successful"
    operation: Document = {
        "tags": [area(route)],
        "summary": route.summary,
        "operationId": operation_id(route),
        "parameters": _parameters(route, made.get("parameters", [])),
        "responses": {status: success, "default": _refusal(route)},
        "x-permission": route.permission.value,
    }
    if "requestBody" in made:
        operation["requestBody"] = made["requestBody"]
    elif route.operation in _BYTES:
        operation["requestBody"] = {"content": {"application/octet-stream": {"schema": {}}}}
    if route.fresh:
        operation["x-fresh-login"] = True
    operation["security"] = _security(route)
    return operation


def _parameters(route: Route, made: list[Document]) -> list[Document]:
    told = {parameter["name"] for parameter in made if parameter["in"] == "path"}
    return made + [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _ABOUT.get(name, name),
            "schema": {"type": "string"},
        }
        for name in _PARAMETER.findall(route.template)
        if name not in told
    ]


def _refusal(route: Route) -> Document:
    refusal: Document = {"description": "Refused"}
    if route.template.startswith("/api/v1/"):
        content = {"schema": {"$ref": "#/components/schemas/Problem"}}
        refusal["content"] = {"application/json": content}
    return refusal


_OPEN = frozenset({Permission.NONE, Permission.NAMESPACE})
"""Where nobody need be logged in."""


def _security(route: Route) -> list[Document]:
    if route.permission is Permission.NONE and route.scope is None:
        return []
    if route.permission in _PROOFS:
        return [{_PROOFS[route.permission]: []}]
    if route.operation.startswith("v2."):
        public: list[Document] = [{}] if route.permission is Permission.READ else []
        return [{"registry_token": []}, {"basic": []}, *public]
    if route.scope is None and route.permission not in ANY_SCOPE:
        return [{"session": []}]
    nobody: list[Document] = [{}] if route.permission in _OPEN else []
    scopes_asked = [] if route.scope is None else [route.scope.value]
    return [{"oauth2_implicit": scopes_asked}, {"session": []}, *nobody]


def _schemes() -> Document:
    return {
        "oauth2_implicit": {
            "type": "oauth2",
            "flows": {"implicit": {"authorizationUrl": "/oauth/authorize", "scopes": dict(scopes())}},
        },
        "session": {"type": "apiKey", "in": "cookie", "name": "charthouse_session"},
        "registry_token": {"type": "http", "scheme": "bearer", "description": "From `GET /v2/auth`."},
        "basic": {"type": "http", "scheme": "basic"},
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and secret, or both in the form.",
        },
        "service_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A JWT signed by a service's key.",
        },
    }
