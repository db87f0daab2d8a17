"""Mounts on the wire: which repository a blob is to come from, for the handler and for the challenge."""

from __future__ import annotations

from charthouse.api.kit.asgi import Request
from charthouse.model.errors import InvalidRequest, NameInvalid
from charthouse.model.names import RepositoryName, parse_repository


def mount_source(request: Request) -> RepositoryName | None:
    """Return the repository that ``from`` names; None without one, or when no repository can be named so."""
    try:
        return parse_repository(dict(request.query()).get("from", ""))
    except (NameInvalid, InvalidRequest):
        return None
