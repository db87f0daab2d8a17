"""Refusals in ChartMuseum's form, and its way to ask for a login."""

from __future__ import annotations

import re

from charthouse.api.kit.asgi import Headers, Reply, Request, json_reply
from charthouse.model.errors import (
    NotFound,
    RangeNotSatisfiable,
    RegistryError,
    TooManyRequests,
    Unauthorized,
)

_WITHOUT_LEVEL = re.compile(r"/charts/api/(charts|prov)(/.*)?")


def no_such_address(path: str = "") -> NotFound:
    """Return the refusal of what is not there, be it an address, a level or a file: all the same to strangers.

    Scripts for a ChartMuseum without tenants are told where charts are here.
    """
    if _WITHOUT_LEVEL.fullmatch(path) is not None:
        return NotFound(
            "charts belong to an organization: /charts/api/ORGANIZATION/charts, or a level below it"
        )
    return NotFound("not found")


def refusal(error: RegistryError, request: Request) -> Reply:
    """Return the answer for ``error``: ``{"error": message}``."""
    headers: Headers = []
    match error:
        case Unauthorized():
            headers.append((b"www-authenticate", f'Basic realm="{request.host}"'.encode()))
        case RangeNotSatisfiable(size=size):
            headers.append((b"content-range", f"bytes */{size}".encode()))
        case TooManyRequests(retry_after=seconds):
            headers.append((b"retry-after", str(seconds).encode()))
        case _:
            pass
    reply = json_reply(error.status, {"error": error.message}, headers)
    reply.head = request.method == "HEAD"
    return reply
