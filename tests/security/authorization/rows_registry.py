"""What the registry tells of itself, and what only superusers do."""

from __future__ import annotations

from .rows import EVERYBODY, Row, shows, who

_DOORS = EVERYBODY - {"expired", "revoked"}
SUPERUSERS = who("superuser")
"""The tokens are of ``admin``, who is none: their scope super:user opens nothing."""

ROWS = (
    *(
        Row("GET", template, path, _DOORS)
        for template, path in (
            ("/api/v1/registry/capabilities", "/api/v1/registry/capabilities"),
            ("/api/v1/error/{error_type}", "/api/v1/error/not_found"),
            ("/api/v1/discovery", "/api/v1/discovery"),
            ("/api/v1/openapi.json", "/api/v1/openapi.json"),
            ("/api/v1/docs", "/api/v1/docs"),
            ("/api/v1/messages", "/api/v1/messages"),
        )
    ),
    Row(
        "POST",
        "/api/v1/messages",
        "/api/v1/messages",
        SUPERUSERS,
        status=201,
        body={"message": {"content": "hello", "media_type": "text/plain", "severity": "info"}},
        proof=shows("SELECT count(*) FROM message WHERE text = 'hello'", (1,)),
    ),
    Row(
        "DELETE",
        "/api/v1/message/{uuid}",
        "/api/v1/message/{message}",
        SUPERUSERS,
        status=204,
        proof=shows("SELECT count(*) FROM message", (0,)),
    ),
)
