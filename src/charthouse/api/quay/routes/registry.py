"""What the registry tells of itself, and what its operators tell everybody."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P = Permission

ROUTES = (
    Route("GET", "/api/v1/discovery", "quay.discovery", P.NONE, "Describe the API as Swagger 2.0"),
    Route("GET", "/api/v1/openapi.json", "quay.openapi", P.NONE, "Describe the API as OpenAPI 3.1"),
    Route("GET", "/api/v1/docs", "quay.docs", P.NONE, "Describe the API as a page to read"),
    Route("GET", "/api/v1/error/{error_type}", "quay.get_error_type", P.NONE, "Explain a kind of error"),
    Route(
        "GET",
        "/api/v1/registry/capabilities",
        "quay.get_capabilities",
        P.NONE,
        "Tell what the registry can do",
    ),
    Route(
        "GET",
        "/config",
        "quay.get_public_settings",
        P.NONE,
        "Tell what everybody may know of the configuration",
        entry=True,
    ),
    Route(
        "GET",
        "/.well-known/app-capabilities",
        "quay.get_app_capabilities",
        P.NONE,
        "Tell programs where to look at an image",
        entry=True,
    ),
    Route("GET", "/api/v1/messages", "quay.list_messages", P.NONE, "List what superusers tell everybody"),
    Route(
        "POST",
        "/api/v1/messages",
        "quay.add_message",
        P.SUPERUSER,
        "Tell everybody something",
        Scope.SUPER_USER,
        feature="FEATURE_SUPER_USERS",
        status=201,
    ),
    Route(
        "DELETE",
        "/api/v1/message/{uuid}",
        "quay.remove_message",
        P.SUPERUSER,
        "Take a message back",
        Scope.SUPER_USER,
        feature="FEATURE_SUPER_USERS",
        status=204,
    ),
)
