"""One row a route: what dispatch, metrics, documentation and the authorization tests are made from."""

from __future__ import annotations

import enum

import msgspec


class Permission(enum.StrEnum):
    """What a route asks of its caller; ``services`` decide, this says it for documents and tests."""

    NONE = "none"
    """Anyone, logged in or not."""
    LOGIN = "login"
    """Any account."""
    READ = "repository:read"
    WRITE = "repository:write"
    ADMIN = "repository:admin"
    ORGANIZATION_ADMIN = "organization:admin"
    UPLOAD_OWNER = "upload:owner"
    """The account that opened the upload, while it may write to the repository."""


class Route(msgspec.Struct, frozen=True):
    """``template`` in the form of RFC 6570 level 1; ``operation`` names the route in metrics and documents.

    ``scope`` is what an OAuth access token must carry, beside the permission of its user ("": no such token).
    """

    method: str
    template: str
    operation: str
    permission: Permission
    summary: str
    scope: str = ""
