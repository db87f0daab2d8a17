"""Quay's error object (RFC 7807 in its own words), and the plainer shapes beside it."""

from __future__ import annotations

from typing import Any

from charthouse.api.kit.asgi import Request
from charthouse.model.errors import (
    Denied,
    ManifestBlobUnknown,
    ManifestUnknown,
    NamespaceRestricted,
    NameUnknown,
    NotFound,
    RegistryError,
    RegistryReadOnly,
    RepositoryReadOnly,
    TagImmutable,
    TooManyRequests,
    Unauthorized,
)
from charthouse.services.identity.access_tokens import AccessTokenExpired
from charthouse.services.identity.sessions import FreshLoginRequired

_INVALID = "invalid_request"


def error_object(error: RegistryError, request: Request) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, body and headers that tell of ``error``."""
    kind, status, detail = _kind(error)
    body = {
        "status": status,
        "error_message": detail,
        "title": kind,
        "error_type": kind,
        "detail": detail,
        "type": f"{request.scheme}://{request.host}/api/v1/error/{kind}",
    }
    if isinstance(error, Unauthorized) and isinstance(error.detail, dict):
        body |= error.detail
    if isinstance(error, RegistryReadOnly):
        body["is_readonly"] = True
    if kind == _INVALID:
        body["message"] = detail  # where Quay's data model tells of its errors, and clients look for them
    return status, body, headers_of(error)


def message_object(error: RegistryError) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, body and headers as Quay's web endpoints tell of ``error``."""
    return error.status, {"message": error.message}, headers_of(error)


def headers_of(error: RegistryError) -> dict[str, str]:
    """Return what a refusal says beside its body: how to log in, how long to wait."""
    match error:
        case Unauthorized():
            return {"WWW-Authenticate": "Bearer"}
        case TooManyRequests(retry_after=seconds):
            return {"Retry-After": str(seconds)}
        case _:
            return {}


def _kind(error: RegistryError) -> tuple[str, int, str]:
    match error:
        case AccessTokenExpired():
            return "expired_token", 401, error.message
        case FreshLoginRequired():
            return "fresh_login_required", 401, error.message
        case Unauthorized():
            return "invalid_token", 401, error.message
        case RepositoryReadOnly() | RegistryReadOnly():
            return _INVALID, 503, error.message
        case NamespaceRestricted():
            return "insufficient_scope", 403, error.message
        case Denied():
            return "insufficient_scope", 403, "Unauthorized"
        case NameUnknown() | NotFound() | ManifestUnknown():
            return "not_found", 404, "Not Found"
        case ManifestBlobUnknown():
            return _INVALID, 400, error.message
        case TagImmutable():
            return "tag_immutable", 409, error.message
        case _:
            return _INVALID, error.status, error.message
