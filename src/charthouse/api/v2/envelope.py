"""Refusals in the form of the OCI Distribution Specification 1.1, "Error Codes", and the way to a token."""

from __future__ import annotations

from charthouse.api.kit.asgi import Headers, Reply, Request, json_reply
from charthouse.api.kit.routes import Permission, Route
from charthouse.model.errors import (
    RangeInvalid,
    RangeNotSatisfiable,
    RegistryError,
    TooManyRequests,
    Unauthorized,
)

VERSION = (b"docker-distribution-api-version", b"registry/2.0")

_ACTIONS = {
    Permission.READ: "pull",
    Permission.WRITE: "pull,push",
    Permission.UPLOAD_OWNER: "pull,push",
}


def refusal(error: RegistryError, request: Request, route: Route | None, name: str) -> Reply:
    """Return the answer for ``error``: ``{"errors": [{"code", "message", "detail"}]}``."""
    headers: Headers = [VERSION]
    match error:
        case Unauthorized():
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
    entry = {"code": error.code, "message": error.message, "detail": error.detail}
    reply = json_reply(error.status, {"errors": [entry]}, headers)
    reply.head = request.method == "HEAD"
    return reply


def _challenge(request: Request, route: Route | None, name: str) -> bytes:
    """Return where to get a token and what to ask for (RFC 6750; distribution's token specification)."""
    challenge = f'Bearer realm="{request.scheme}://{request.host}/v2/auth",service="{request.host}"'
    if route is not None and route.operation == "v2.catalog":
        challenge += ',scope="registry:catalog:*"'
    elif route is not None and name and route.permission in _ACTIONS:
        actions = "pull,push,delete" if route.method == "DELETE" else _ACTIONS[route.permission]
        challenge += f',scope="repository:{name}:{actions}"'
    return challenge.encode("latin-1", "replace")
