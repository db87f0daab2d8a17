"""Addresses within the registry, as forms and links name them."""

from __future__ import annotations

RESERVED = frozenset(
    [
        "about",
        "api",
        "authrepoemail",
        "build-logs",
        "buildlogs",
        "change-log",
        "charts",
        "config",
        "confirm",
        "confirminvite",
        "createaccount",
        "csrf_token",
        "exportedlogs",
        "health",
        "keys",
        "livez",
        "messages",
        "metrics",
        "new",
        "oauth",
        "oauth2",
        "opensearch.xml",
        "organization",
        "organizations",
        "overview",
        "readyz",
        "recovery",
        "repository",
        "search",
        "service-keys",
        "signin",
        "status",
        "superuser",
        "updateuser",
        "usage-logs",
        "user",
        "v1",
        "v2",
    ]
)
"""Words with pages of their own at the root. Who is called so, is found under ``/organization/``."""
STATIC = "/-/static/"
"""What is the same for everybody lies below it, and is kept by whoever passes it on."""


def local_path(path: str) -> str:
    """Return a path of ours to go on to; for anything else, such as another site's address, the first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if ours and path.isascii() and path.isprintable() else "/"


def namespace_path(name: str) -> str:
    """Return where the repositories of a user or an organization are listed."""
    return f"/organization/{name}" if name in RESERVED else f"/{name}"
