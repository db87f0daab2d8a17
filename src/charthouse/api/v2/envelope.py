"""Refusals in the form of the OCI Distribution Specification 1.1, "Error Codes", and the way to a token."""

from __future__ import annotations

from typing import Any

from charthouse.api.kit.asgi import Headers, Reply, Request, json_reply
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import (
    RangeInvalid,
    RangeNotSatisfiable,
    RegistryError,
    RegistryReadOnly,
    TooManyRequests,
    Unauthorized,
)

from .mounts import mount_source
from .routes import Match

VERSION = (b"docker-distribution-api-version", b"registry/2.0")

_ACTIONS = {
    Permission.READ: "pull",
    Permission.WRITE: "pull,push",
    Permission.UPLOAD_OWNER: "pull,push",
}


def refusal(error: RegistryError, request: Request, found: Match | None, route: Route | None) -> Reply:
    """Return the answer for ``error``: ``{"errors": [{"code", "message", "detail"}]}``."""
    headers: Headers = [VERSION]
    match error:
        case Unauthorized():
            name = "" if found is None else found.name
            headers.append((b"www-authenticate", _challenge(request, route, name)))
        case RangeInvalid(offset=offset):
            headers.append((b"range", f"0-{max(offset - 1, 0)}".encode()))
            headers.append((b"location", request.path.encode()))
        case RangeNotSatisfiable(size=size):
            headers.append((b"content-range", f"bytes */{size}".encode()))
        case TooManyRequests(retry_after=seconds):
            headers.append((b"retry-after", str(seconds).encode()))
        case _:
            pass
    if error.status == 405 and found is not None:  # RFC 9110 § 15.5.6: every 405 names what is allowed
        headers.append((b"allow", ", ".join(found.routes).encode()))
    entry: dict[str, Any] = {"code": error.code, "message": error.message, "detail": error.detail}
    if isinstance(error, RegistryReadOnly):
        entry["is_readonly"] = True
    reply = json_reply(error.status, {"errors": [entry]}, headers)
    reply.head = request.method == "HEAD"
    return reply


def _challenge(request: Request, route: Route | None, name: str) -> bytes:
    """Return how to log in: for a token, and where and what to ask for it (RFC 6750, RFC 7617).

    Source: distribution's token specification. ``name`` is a valid repository's, or "".
    """
    if route is not None and route.permission is Permission.NONE:
        return f'Basic realm="{request.host}"'.encode()
    challenge = f'Bearer realm="{request.scheme}://{request.host}/v2/auth",service="{request.host}"'
    if route is not None and route.operation == "v2.catalog":
        challenge += ',scope="registry:catalog:*"'
    elif route is not None and name:
        scope = f"repository:{name}:{_actions(route)}"
        source = mount_source(request) if route.operation == "v2.begin_upload" else None
        if source is not None:
            scope += f" repository:{source}:pull"
        challenge += f',scope="{scope}"'
    return challenge.encode()


def _actions(route: Route) -> str:
    if route.operation == "v2.head_blob":
        # It precedes an upload, and oras-py keeps its first token. Whoever may only read is given no more.
        return "pull,push"
    deletes = route.method == "DELETE" and route.permission is Permission.WRITE
    return f"{_ACTIONS[route.permission]}{',delete' if deletes else ''}"
